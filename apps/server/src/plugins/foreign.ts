import { type ChildProcess, fork } from 'node:child_process';
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

interface Waiting {
  resolve: (message: FromPlugin) => void;
  reject: (error: Error) => void;
}

/**
 * Starts a process for a plugin that does not come with Pelton. It sees an empty environment and only its own folder,
 * cannot start other processes, and is started anew at the next call after it died. This contains mistakes, not a
 * determined attacker: the network stays open to it.
 */
export async function loadForeign(plugin: FoundPlugin): Promise<ForeignPlugin> {
  const process = new PluginProcess(plugin);
  const loaded = await process.start();
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

class PluginProcess {
  private child: ChildProcess | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;

  constructor(private readonly plugin: FoundPlugin) {}

  async start(): Promise<Extract<FromPlugin, { type: 'loaded' }>> {
    const child = fork(MAIN, {
      env: {},
      cwd: this.plugin.folder,
      execArgv: [...permissionFlags(this.plugin.folder), `--max-old-space-size=${HEAP_MB}`, '--disable-proto=delete'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.child = child;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => fail(`it did not load within ${LOAD_MS / 1000} s`), LOAD_MS);
      const fail = (reason: string) => {
        child.kill('SIGKILL');
        reject(new Error(reason));
      };
      child.on('message', (message: FromPlugin) => {
        if (message.type === 'loaded' || message.type === 'broken') {
          clearTimeout(timer);
          if (message.type === 'loaded') resolve(message);
          else fail(message.reason);
          return;
        }
        this.waiting.get(message.id)?.resolve(message);
      });
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        if (this.child === child) this.child = undefined;
        const died = new Error(`its process ended (${signal ?? code})`);
        reject(died);
        for (const { reject: rejectCall } of this.waiting.values()) rejectCall(died);
        this.waiting.clear();
      });
      child.send({ type: 'load', entry: this.plugin.entry } satisfies ToPlugin);
    });
  }

  async call(spec: ContributionSpec, call: string, argument: unknown): Promise<unknown> {
    const { message } = await this.begin(spec, call, argument);
    return message.type === 'result' ? message.value : undefined;
  }

  async *stream(spec: ContributionSpec, call: string, argument: unknown): AsyncGenerator {
    const { id } = await this.begin(spec, call, argument);
    try {
      for (;;) {
        const message = await this.ask(id, { type: 'next', id }, call);
        if (message.type !== 'item') return;
        yield message.value;
      }
    } finally {
      this.child?.send({ type: 'stop', id } satisfies ToPlugin);
    }
  }

  stop(): void {
    this.child?.kill('SIGKILL');
  }

  private async begin(
    spec: ContributionSpec,
    call: string,
    argument: unknown,
  ): Promise<{ id: number; message: FromPlugin }> {
    if (!this.child)
      await this.start().catch((error: unknown) => Promise.reject(pluginError(this.plugin.package.name, call, error)));
    this.lastId += 1;
    const id = this.lastId;
    const message = await this.ask(
      id,
      { type: 'call', id, kind: spec.kind, contribution: spec.id, call, argument },
      call,
    );
    return { id, message };
  }

  private async ask(id: number, message: ToPlugin, call: string): Promise<FromPlugin> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const answer = await new Promise<FromPlugin>((resolve, reject) => {
        this.waiting.set(id, { resolve, reject });
        const mostMs = SLOW_CALLS_MS[call] ?? CALL_MS;
        timer = setTimeout(() => {
          this.child?.kill('SIGKILL');
          reject(new Error(`it did not answer within ${mostMs / 1000} s`));
        }, mostMs);
        this.child?.send(message);
      });
      if (answer.type === 'error') throw revive(answer.error);
      return answer;
    } catch (error) {
      throw pluginError(this.plugin.package.name, call, error);
    } finally {
      clearTimeout(timer);
      this.waiting.delete(id);
    }
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
function permissionFlags(folder: string): string[] {
  const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
  const runner = fileURLToPath(new URL('.', import.meta.url));
  return [flag, `--allow-fs-read=${folder}/*`, `--allow-fs-read=${runner}*`, '--no-warnings'];
}
