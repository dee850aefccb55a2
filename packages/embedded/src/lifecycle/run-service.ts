import { EmbeddedError } from '../errors.js';
import type { ToChild, ToParent } from './messages.js';
import { takeFolder } from './take-folder.js';

/** A service that runs in this process. */
export interface RunningService {
  /** Where it answers, with credentials. */
  url: string;
  /** Ends it. @param isHurried nobody is left to be waited for, because the parent died */
  stop(isHurried: boolean): Promise<void>;
  /** Resolves with the reason when the service ends by itself. */
  ended?: Promise<string>;
}

/** What a service is given: a folder that is its alone, and options from the parent. */
export type StartService<Options> = (folder: string, options: Options) => Promise<RunningService>;

const HURRIED_STOP_MS = 5_000;

/**
 * Makes this process the home of one service: starts it when the parent says so, ends it when the parent says so or
 * dies. Signals are ignored: a Ctrl-C or a stop of the process group is for the parent, which ends its services last.
 */
export function runService<Options>(start: StartService<Options>): void {
  let starting: Promise<Begun> | undefined;
  let isStopping = false;

  const stop = async (isHurried: boolean) => {
    if (isHurried) setTimeout(() => process.exit(1), HURRIED_STOP_MS).unref();
    if (isStopping) return;
    isStopping = true;
    const begun = await starting?.catch(() => undefined);
    await begun?.service.stop(isHurried);
    // A hurried end may leave threads at work. Then the folder is free when the process is gone, as after a kill.
    if (!isHurried) begun?.release();
    process.exit(0);
  };

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.stderr.on('error', () => {}); // nobody reads it any more
  process.once('disconnect', () => void stop(true));
  process.on('message', (message: ToChild) => {
    switch (message.kind) {
      case 'start':
        starting = begin(message, start);
        starting.then(
          ({ service }) => void service.ended?.then((reason) => isStopping || fail(new Error(reason))),
          (error) => isStopping || fail(error),
        );
        break;
      case 'stop':
        void stop(false);
        break;
    }
  });
}

interface Begun {
  service: RunningService;
  /** Gives its folder back. */
  release: () => void;
}

async function begin<Options>(
  message: Extract<ToChild, { kind: 'start' }>,
  start: StartService<Options>,
): Promise<Begun> {
  const release = await takeFolder(message.folder, message.parent);
  const service = await start(message.folder, message.options as Options); // by our own parent, of the same build
  tell({ kind: 'ready', url: service.url });
  return { service, release };
}

function fail(error: unknown): void {
  const known = error instanceof EmbeddedError ? error : asEmbedded(error);
  tell({ kind: 'failed', code: known.code, message: known.message, facts: known.facts }, () => process.exit(1));
}

function asEmbedded(error: unknown): EmbeddedError {
  const cause = error instanceof Error ? error : new Error(String(error));
  const reason = 'code' in cause ? { reason: cause.code } : {};
  return new EmbeddedError('EMBEDDED_NOT_STARTED', cause.message, reason, { cause });
}

function tell(message: ToParent, then: () => void = () => {}): void {
  if (process.connected) process.send?.(message, () => then());
  else then();
}
