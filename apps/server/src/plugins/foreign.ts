import { type ChildProcess, fork } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError, ContributionSpec, errorTable, type ErrorCode } from '@pelton/contract';
import type { AnyContribution } from '@pelton/sdk';
import { pluginError } from './built-in.js';
import type { FromPlugin, ToPlugin } from './foreign-messages.js';
import type { FoundPlugin } from './manifest.js';

const MAIN = fileURLToPath(new URL('foreign-main.js', import.meta.url));
const LOAD_MS = 10_000;
/** A call that only computes. */
const CALL_MS = 5_000;
/** Calls that wait for the world. Stopping a send in the middle leaves messages uncertain, so it has longer. */
const SLOW_CALLS_MS: Record<string, number> = {
  check: 30_000,
  discover: 30_000,
  describe: 30_000,
  read: 30_000,
  relation: 30_000,
  send: 180_000,
  write: 180_000,
};
const HEAP_MB = 128;

/** A foreign plugin at work in a process of its own. */
export interface ForeignPlugin {
  contributions: AnyContribution[];
  stop(): void;
}

type LoadedMessage = Extract<FromPlugin, { type: 'loaded' }>;

interface Waiting {
  resolve: (message: FromPlugin) => void;
  reject: (error: Error) => void;
}

/**
 * Starts a process for a plugin that does not come with Pelton. It sees an empty environment and only its own folder,
 * cannot start other processes, and is started anew at the next call after it died. This contains mistakes, not a
 * determined attacker: the network stays open to it.
 * @param main the program of the process, as it was built
 */
export async function loadForeign(plugin: FoundPlugin, main = MAIN): Promise<ForeignPlugin> {
  const process = new PluginProcess(plugin, main);
  const loaded = await process.start().loaded;
  const contributions = loaded.contributions.map((item) => {
    const spec = ContributionSpec.parse(item.spec);
    const calls = Object.fromEntries(
      item.calls.map((call) => [
        call,
        call === 'read'
          ? (argument: unknown) => process.stream(spec, call, argument)
          : (argument: unknown) => process.call(spec, call, argument),
      ]),
    );
    return { kind: spec.kind, spec, calls } as unknown as AnyContribution; // the spec was checked; each call answers over IPC
  });
  return { contributions, stop: () => process.stop() };
}

/** Calls of a plugin, in the process that lives; when there is none, the next call starts it. */
class PluginProcess {
  private life: PluginLife | undefined;
  private lastId = 0;

  constructor(
    private readonly plugin: FoundPlugin,
    private readonly main: string,
  ) {}

  start(): PluginLife {
    const life = new PluginLife(this.plugin, this.main, () => {
      if (this.life === life) this.life = undefined;
    });
    this.life = life;
    return life;
  }

  async call(spec: ContributionSpec, call: string, argument: unknown): Promise<unknown> {
    const { message } = await this.begin(spec, call, argument);
    return message.type === 'result' ? message.value : undefined;
  }

  /** All items come from one life of the process: another one knows nothing of them, and would end the stream too early. */
  async *stream(spec: ContributionSpec, call: string, argument: unknown): AsyncGenerator {
    const { life, id } = await this.begin(spec, call, argument);
    try {
      for (;;) {
        const message = await this.named(call, life.ask({ type: 'next', id }, call));
        if (message.type !== 'item') return;
        yield message.value;
      }
    } finally {
      life.tell({ type: 'stop', id });
    }
  }

  stop(): void {
    this.life?.end('it was stopped');
  }

  private async begin(
    spec: ContributionSpec,
    call: string,
    argument: unknown,
  ): Promise<{ life: PluginLife; id: number; message: FromPlugin }> {
    const life = this.life ?? this.start();
    await this.named(call, life.loaded);
    this.lastId += 1;
    const id = this.lastId;
    const asked = life.ask({ type: 'call', id, kind: spec.kind, contribution: spec.id, call, argument }, call);
    return { life, id, message: await this.named(call, asked) };
  }

  private async named<T>(call: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw pluginError(this.plugin.package.name, call, error);
    }
  }
}

/** One life of a plugin's process, and what waits for its answers. */
class PluginLife {
  /** What the plugin brings. @throws Error with the reason when it does not load */
  readonly loaded: Promise<LoadedMessage>;
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private refuse: (error: Error) => void = () => undefined;
  private over: Error | undefined;

  /** @param whenOver called at once when nothing more can be asked of it, though the process may still be ending */
  constructor(
    plugin: FoundPlugin,
    main: string,
    private readonly whenOver: () => void,
  ) {
    this.child = fork(main, {
      env: {},
      cwd: plugin.folder,
      execArgv: [...permissionFlags(plugin.folder, main), `--max-old-space-size=${HEAP_MB}`, '--disable-proto=delete'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const limit = setTimeout(() => this.end(`it did not load within ${LOAD_MS / 1000} s`), LOAD_MS);
    this.loaded = new Promise<LoadedMessage>((resolve, reject) => {
      this.refuse = reject;
      this.child.on('message', (message: FromPlugin) => {
        if (message.type === 'loaded') resolve(message);
        else if (message.type === 'broken') this.end(message.reason);
        else this.waiting.get(message.id)?.resolve(message);
      });
    }).finally(() => clearTimeout(limit));
    this.loaded.catch(() => undefined); // whoever asks for it is told
    this.child.once('exit', (code, signal) => this.end(`its process ended (${signal ?? code})`));
    this.child.on('error', (error) => this.end(error.message)); // it could not be started, or went while it was told something
    this.tell({ type: 'load', entry: plugin.entry });
  }

  /** Ends it, and all that waits for it, with the reason. */
  end(reason: string): void {
    if (this.over) return;
    this.over = new Error(reason);
    this.whenOver();
    this.child.kill('SIGKILL');
    this.refuse(this.over);
    for (const { reject } of this.waiting.values()) reject(this.over);
    this.waiting.clear();
  }

  async ask(message: Extract<ToPlugin, { id: number }>, call: string): Promise<FromPlugin> {
    const { id } = message;
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise<FromPlugin>((resolve, reject) => {
        if (this.over) return reject(this.over);
        this.waiting.set(id, { resolve, reject });
        const mostMs = SLOW_CALLS_MS[call] ?? CALL_MS;
        timer = setTimeout(() => {
          reject(new Error(`it did not answer within ${mostMs / 1000} s`));
          this.end('its process was stopped because another call did not end');
        }, mostMs);
        this.tell(message);
      });
      if (answer.type === 'error') throw revive(answer.error);
      return answer;
    } finally {
      clearTimeout(timer);
      this.waiting.delete(id);
    }
  }

  tell(message: ToPlugin): void {
    if (!this.over) this.child.send(message);
  }
}

/** An error of the list comes back as itself; its facts were data all along. */
function revive(error: { code: string | undefined; facts: unknown; message: string }): Error {
  const known =
    error.code !== undefined &&
    Object.hasOwn(errorTable, error.code) &&
    typeof error.facts === 'object' &&
    error.facts !== null;
  return known ? new AppError(error.code as ErrorCode, error.facts as never) : new Error(error.message);
}

/** The plugin may read its own folder and the file that runs it; nothing else of the disk. */
function permissionFlags(folder: string, main: string): string[] {
  const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
  return [flag, `--allow-fs-read=${folder}/*`, `--allow-fs-read=${dirname(main)}/*`, '--no-warnings'];
}
