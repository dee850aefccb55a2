import { type ChildProcess, fork } from 'node:child_process';
import { EmbeddedError } from '../errors.js';
import type { ToParent } from './messages.js';
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

/** One life of a child. */
export interface Launch {
  process: ChildProcess;
  /** Where the service answers. @throws EmbeddedError when it cannot start */
  ready: Promise<string>;
  /** Why the child ended. */
  exited: Promise<string>;
}

type Failure = Extract<ToParent, { kind: 'failed' }>;

const START_LIMIT_MS = 60_000;
const REASON_LENGTH = 1_000;

/** Starts a child and tells it what to do. */
export function launch(spec: ChildSpec): Launch {
  const child = fork(spec.entry, [], {
    // A process group of its own, so that Ctrl-C reaches the application only, which ends its services last.
    detached: true,
    env: spec.environment,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
  let said = '';
  let failure: Failure | undefined;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-REASON_LENGTH)));
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      const end = failure?.message ?? signal ?? `exit code ${code}`;
      resolve([end, said.trim()].filter(Boolean).join(': '));
    });
  });
  const ready = new Promise<string>((resolve, reject) => {
    child.on('message', (message: ToParent) => {
      if (message.kind === 'ready') resolve(message.url);
      else failure = message; // it ends now, and what it wrote meanwhile belongs to the reason
    });
    void exited.then((reason) => reject(asError(spec.service, failure, reason)));
  }).finally(() => clearTimeout(limit));
  const parent = identifyProcess(process.pid);
  child.send({ kind: 'start', folder: spec.folder, parent, options: spec.options }, () => {});
  return { process: child, exited, ready };
}

function asError(service: string, failure: Failure | undefined, reason: string): EmbeddedError {
  if (failure && failure.code !== 'EMBEDDED_NOT_STARTED') {
    return new EmbeddedError(failure.code, failure.message, failure.facts);
  }
  const message = `The local ${service} service did not start: ${reason}`;
  return new EmbeddedError('EMBEDDED_NOT_STARTED', message, { ...failure?.facts, service });
}
