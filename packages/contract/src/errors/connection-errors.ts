import { type ErrorEntry, list } from './error-entry.js';

/** Errors of connections, and what syncs and steps do over them. */
export const connectionErrors = {
  SECRET_MISSING: {
    status: 422,
    text: (f: { connection: string; secret: string }) =>
      `The connection ${f.connection} has no ${f.secret}. Open the connection and enter it.`,
  },
  CONNECTION_FAILED: {
    status: 422,
    text: (f: { connection: string; reason: string }) => `${f.connection} did not answer: ${f.reason}`,
  },
  SYNC_RUNNING: {
    status: 409,
    text: (f: { sync: string }) => `${f.sync} is running already. Wait until it ends, or cancel that run.`,
  },
  SYNC_NOT_POSSIBLE: {
    status: 422,
    text: (f: { sync: string; reason: string }) => `${f.sync} cannot be synced like this: ${f.reason}`,
  },
  SCHEDULE_WRONG: {
    status: 422,
    text: (f: { cron: string; reason: string }) =>
      `“${f.cron}” is not a schedule: ${f.reason}. Write minute, hour, day, month and weekday, such as 0 6 * * 1-5.`,
  },
  SCHEMA_CHANGED: {
    status: 409,
    text: (f: { stream: string; changes: string[] }) =>
      `The columns of ${f.stream} changed: ${list(f.changes)}. Accept the change on the sync's page, and it goes on.`,
  },
  SYNC_DIED: {
    status: 500,
    text: (f: { attempts: number }) =>
      `The process that ran it died ${f.attempts} times. Look at the server's log, then run it again.`,
  },
  SOURCE_BROKE: {
    status: 502,
    text: (f: { program: string; reason: string }) => `${f.program} stopped in the middle: ${f.reason}`,
  },
  PROGRAM_NOT_ALLOWED: {
    status: 422,
    text: (f: { program: string; folders: string[] }) =>
      f.folders.length
        ? `${f.program} is not in a folder that programs may be started from: ${list(f.folders)}.`
        : `${f.program} cannot be started: no folder of programs is allowed. Set PELTON_PROGRAMS to the folder it is in.`,
  },
  ADDRESS_NOT_ALLOWED: {
    status: 422,
    text: (f: { host: string; range: string }) =>
      `${f.host} is a ${f.range} address. An admin may allow addresses of the own network in the connection.`,
  },
  DESTINATION_FAILED: {
    status: 422,
    text: (f: { connection: string; target: string; reason: string; done: number; rows: number }) =>
      `${f.connection} takes no ${f.done > 0 ? 'more ' : ''}rows for ${f.target}: ${f.reason} ${f.done} of ${f.rows} rows are through; mend it, and let the run go on from there.`,
  },
  CHANNEL_UNREACHABLE: {
    status: 422,
    text: (f: { connection: string; reason: string }) =>
      `${f.connection} could not be reached: ${f.reason} No message left; the run goes on from here once it answers.`,
  },
} satisfies Record<string, ErrorEntry>;
