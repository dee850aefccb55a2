import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from '../errors.js';
import type { ToChild, ToParent } from './messages.js';
import { identifyProcess } from './process-identity.js';

/** What to start as a child process. */
export interface ChildSpec {
  /** Its name in messages and logs, such as `queue`. */
  service: string;
  /** The program of the child. */
  entry: string;
  /** The folder that is the child's alone; it exists. */
  folder: string;
  /** What the child's program needs. It is sent, not put on the command line, so no other process can read it. */
  options: unknown;
  environment: NodeJS.ProcessEnv;
  log: (event: string, facts: object) => void;
  onExit: (service: string, reason: string) => void;
}

/** A service in a child process, which is started again whenever it dies. */
export interface ChildService {
  url: string;
  /** Ends the child; kills it when it takes too long. */
  stop(): Promise<void>;
}

interface Attempt {
  process: ChildProcess;
  /** @throws EmbeddedError when the child cannot start */
  ready: Promise<string>;
  /** The reason why it ended. */
  exited: Promise<string>;
}

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;
/** How long to wait before the first, second … start again within a minute; after the last, we give up. */
const RESTART_DELAYS_MS = [0, 200, 500, 1_000, 2_000];
const REASON_LENGTH = 1_000;

/** Starts a child and keeps it running. @throws EmbeddedError when it does not start at all */
export async function startChildService(spec: ChildSpec): Promise<ChildService> {
  let isStopping = false;
  let attempt = launch(spec);
  const startedMs = performance.now();
  const url = await attempt.ready;
  spec.log('service.ready', facts());

  void keepRunning();
  return { url, stop };

  async function keepRunning(): Promise<void> {
    let deathsMs: number[] = [];
    for (;;) {
      const reason = await attempt.exited;
      if (isStopping) return;
      spec.log('service.died', { ...facts(), reason });
      spec.onExit(spec.service, reason);
      const now = performance.now();
      deathsMs = [...deathsMs.filter((then) => now - then < 60_000), now];
      const delayMs = RESTART_DELAYS_MS[deathsMs.length - 1];
      if (delayMs === undefined) return giveUp(reason);
      await sleep(delayMs);
      if (isStopping) return;
      attempt = launch(spec);
      await attempt.ready.then(
        () => spec.log('service.restarted', facts()),
        () => {}, // its end is the next turn's business
      );
    }
  }

  function giveUp(reason: string): void {
    spec.log('service.gave-up', { ...facts(), reason });
    spec.onExit(
      spec.service,
      `died ${RESTART_DELAYS_MS.length} times in a minute and stays down; the last time: ${reason}`,
    );
  }

  async function stop(): Promise<void> {
    isStopping = true;
    const child = attempt.process;
    if (child.connected) child.send({ kind: 'stop' } satisfies ToChild, () => {});
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await attempt.exited;
    clearTimeout(limit);
  }

  function facts() {
    return { service: spec.service, pid: attempt.process.pid, ms: Math.round(performance.now() - startedMs) };
  }
}

function launch(spec: ChildSpec): Attempt {
  const child = fork(spec.entry, [], {
    // A process group of its own, so that Ctrl-C reaches the application only, which ends its services last.
    detached: true,
    env: spec.environment,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-REASON_LENGTH)));
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) =>
      resolve([signal ?? `exit code ${code}`, said.trim()].filter(Boolean).join(': ')),
    );
  });
  return { process: child, exited, ready: whenReady(spec, child, exited) };
}

async function whenReady(spec: ChildSpec, child: ChildProcess, exited: Promise<string>): Promise<string> {
  const parent = identifyProcess(process.pid);
  const limit = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
  child.send({ kind: 'start', folder: spec.folder, parent, options: spec.options }, () => {});
  let failure: Extract<ToParent, { kind: 'failed' }> | undefined;
  try {
    return await new Promise<string>((resolve, reject) => {
      child.on('message', (message: ToParent) => {
        if (message.kind === 'ready') resolve(message.url);
        else failure = message; // it ends now, and what it wrote meanwhile belongs to the reason
      });
      void exited.then((reason) => reject(asError(spec.service, failure, reason)));
    });
  } finally {
    clearTimeout(limit);
  }
}

function asError(
  service: string,
  failure: Extract<ToParent, { kind: 'failed' }> | undefined,
  end: string,
): EmbeddedError {
  if (failure && failure.code !== 'EMBEDDED_NOT_STARTED') {
    return new EmbeddedError(failure.code, failure.message, failure.facts);
  }
  const reason = [failure?.message, end].filter(Boolean).join(' ');
  const message = `The local ${service} service did not start: ${reason}`;
  return new EmbeddedError('EMBEDDED_NOT_STARTED', message, { ...failure?.facts, service });
}
