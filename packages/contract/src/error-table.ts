interface Entry {
  /** The HTTP status that the API answers with. */
  status: number;
  /** What, which one, and what to do. */
  text: (facts: never) => string;
}

/** Every error that Pelton tells a person, in one table: code, status, words. */
export const errorTable = {
  BAD_INPUT: { status: 400, text: (f: { issues: { path: string; message: string }[] }) => issueText(f.issues) },
  PARAM_INVALID: {
    status: 422,
    text: (f: { field: string; reason: string; at?: number | undefined }) => `${f.field}: ${f.reason}`,
  },
  NOT_SIGNED_IN: { status: 401, text: () => 'You are not signed in. Sign in and try again.' },
  WRONG_PASSWORD: { status: 401, text: () => 'E-mail or password is wrong. Check both and try again.' },
  KEY_UNKNOWN: { status: 401, text: () => 'This API key is not known. Make a new one on the Keys page.' },
  TOO_MANY_TRIES: {
    status: 429,
    text: (f: { minutes: number }) => `Too many wrong passwords. Try again in ${f.minutes} minutes.`,
  },
  TOO_MANY_EVENTS: {
    status: 429,
    text: (f: { seconds: number; what: string }) =>
      `Pelton takes no more events for now: ${f.what}. Send the same again in ${f.seconds} s; nothing of it was stored.`,
  },
  EVENTS_REJECTED: {
    status: 400,
    text: (f: { rejected: { index: number; messageId: string; code: string; reason: string }[] }) =>
      `No event was taken. ${f.rejected
        .slice(0, 3)
        .map((event) => `Event ${event.index}: ${event.reason}`)
        .join('; ')}${f.rejected.length > 3 ? `; and ${f.rejected.length - 3} more` : ''}`,
  },
  BODY_UNREADABLE: {
    status: 400,
    text: (f: { reason: string }) => `The body cannot be read: ${f.reason}. Send JSON in UTF-8, plain or as gzip.`,
  },
  BODY_TOO_LARGE: {
    status: 413,
    text: (f: { what: string; limit: string }) => `${f.what}; at most ${f.limit}. Send it in smaller parts.`,
  },
  BODY_TOO_SLOW: {
    status: 408,
    text: (f: { seconds: number }) => `The body did not arrive within ${f.seconds} s. Send it again.`,
  },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    text: (f: { origin: string }) =>
      `Pages of ${f.origin} may not use this API key. Add that origin to the key on the Keys page.`,
  },
  NOT_ALLOWED: {
    status: 403,
    text: (f: { needed: string; has: string }) => `This needs the role ${f.needed}; you are ${f.has}. Ask an admin.`,
  },
  KEY_NOT_ALLOWED: {
    status: 403,
    text: (f: { needed: string }) =>
      `This API key lacks the scope ${f.needed}. Make a key with that scope on the Keys page.`,
  },
  CROSS_SITE: { status: 403, text: () => 'The request came from another site and was refused.' },
  SETUP_TOKEN_WRONG: {
    status: 403,
    text: () =>
      'This link is not valid or was used before. Ask an admin for a new one, or restart Pelton to print a new first link.',
  },
  NOT_FOUND: { status: 404, text: (f: { noun: string; name: string }) => `There is no ${f.noun} called ${f.name}.` },
  NAME_TAKEN: {
    status: 409,
    text: (f: { noun: string; name: string }) => `There is already a ${f.noun} called ${f.name}. Choose another name.`,
  },
  IN_USE: {
    status: 409,
    text: (f: { noun: string; name: string; by: string[] }) =>
      `The ${f.noun} ${f.name} is used by ${list(f.by)}. Take it out there first.`,
  },
  STALE_REVISION: {
    status: 409,
    text: (f: { by: string }) => `${f.by} changed this draft meanwhile. Load it again; your changes are kept here.`,
  },
  STALE_PLAN: {
    status: 409,
    text: () => 'The project changed since the plan was made. Make the plan again and look at it.',
  },
  FILES_REFUSED: {
    status: 422,
    text: (f: { problems: { path: string; message: string }[] }) =>
      f.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'),
  },
  SERVICE_DOWN: {
    status: 503,
    text: (f: { service: string; reason: string }) =>
      `The ${f.service} service does not answer: ${f.reason}. Pelton goes on trying.`,
  },
  UNEXPECTED: {
    status: 500,
    text: (f: { id: string }) => `Something went wrong in Pelton. The log has the details under ${f.id}.`,
  },

  SETTING_MISSING: {
    status: 500,
    text: (f: { name: string; what: string }) => `${f.name} is not set. Set it to ${f.what}.`,
  },
  SETTING_WRONG: {
    status: 500,
    text: (f: { name: string; reason: string; what: string }) =>
      `${f.name} is wrong: ${f.reason}. Set it to ${f.what}.`,
  },
  DATA_FOLDER: {
    status: 500,
    text: (f: { folder: string; reason: string }) =>
      `The data folder ${f.folder} cannot be used: ${f.reason}. Set PELTON_DATA to a folder that Pelton may write.`,
  },

  CONTRIBUTION_UNKNOWN: {
    status: 422,
    text: (f: { kind: string; id: string }) =>
      `No installed plugin brings the ${f.kind} ${f.id}. Install it on the Plugins page.`,
  },
  PLUGIN_FAILED: {
    status: 502,
    text: (f: { plugin: string; call: string; reason: string }) =>
      `The plugin ${f.plugin} failed in ${f.call}: ${f.reason}`,
  },

  FILE_NOT_FOUND: {
    status: 422,
    text: (f: { path: string }) => `The file ${f.path} is not there. Upload it again or correct the path.`,
  },
  FOLDER_NOT_FOUND: {
    status: 422,
    text: (f: { folder: string }) =>
      `The folder ${f.folder} is not there. Make it, or correct the path in the connection.`,
  },
  FILE_NOT_ALLOWED: {
    status: 422,
    text: (f: { path: string; folders: string[] }) =>
      f.folders.length
        ? `${f.path} is outside the folders that an admin allows: ${list(f.folders)}.`
        : `${f.path} cannot be read: no folder is allowed. An admin sets PELTON_FILES to the folders to read from.`,
  },
  FILE_NOT_AS_NAMED: {
    status: 422,
    text: (f: { file: string; format: string; reason: string }) =>
      `${f.file} is not a ${f.format} file: ${f.reason}. Export it again, or choose its real format.`,
  },
  FILE_NOT_WRITABLE: {
    status: 422,
    text: (f: { path: string; folders: string[] }) =>
      f.folders.length
        ? `${f.path} is outside the folders that an admin allows to write to: ${list(f.folders)}.`
        : `${f.path} cannot be written: no folder is allowed. An admin sets PELTON_EXPORTS to the folders to write to.`,
  },
  FILE_CHANGED: {
    status: 409,
    text: (f: { file: string }) => `${f.file} changed while it was read. Try again when it is whole.`,
  },
  FILE_TOO_LARGE: {
    status: 413,
    text: (f: { file: string; limitMb: number }) =>
      `${f.file} is larger than ${f.limitMb} MB. Split it, or put it in an allowed folder and read it from there.`,
  },

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

  PIPELINE_EMPTY: { status: 422, text: () => 'The pipeline has no steps. Drag one from the palette.' },
  PIPELINE_NOT_LIVE: {
    status: 422,
    text: (f: { pipeline: string }) => `${f.pipeline} was never published. Publish it, or run the draft.`,
  },
  PIPELINE_HAS_PROBLEMS: {
    status: 422,
    text: (f: { steps: string[] }) =>
      `${list(f.steps)} ${f.steps.length > 1 ? 'have' : 'has'} a problem. Each card says which.`,
  },
  PIPELINE_CYCLE: {
    status: 422,
    text: (f: { steps: string[] }) =>
      `${list(f.steps)} wait for each other in a circle. Remove one of the wires between them.`,
  },
  TRIGGER_WRONG: {
    status: 422,
    text: (f: { reason: string }) => `The trigger has a problem. ${f.reason}`,
  },
  TRIGGER_CIRCLE: {
    status: 422,
    text: (f: { pipelines: string[] }) =>
      f.pipelines.length > 1
        ? `${list(f.pipelines)} would start each other for ever. Give one of them another trigger.`
        : `${list(f.pipelines)} would start itself for ever. Choose another pipeline.`,
  },
  TRIGGER_MISSING: {
    status: 409,
    text: (f: { pipeline: string }) =>
      `The live version of ${f.pipeline} has no trigger. Choose one in the builder and publish it.`,
  },
  BACKFILL_EMPTY: {
    status: 422,
    text: (f: { every: string }) =>
      `No whole ${f.every} that is over lies between these days. Choose an earlier first day or shorter periods.`,
  },
  BACKFILL_TOO_LONG: {
    status: 422,
    text: (f: { most: number }) => `A back-fill has at most ${f.most} periods. Choose longer periods or fewer days.`,
  },
  BACKFILL_RUNNING: {
    status: 409,
    text: (f: { pipeline: string }) =>
      `A back-fill of ${f.pipeline} is running. Wait until it is over, or cancel it first.`,
  },
  BACKFILL_OVER: { status: 409, text: (f: { state: string }) => `The back-fill is ${f.state} already.` },
  HOOK_UNKNOWN: {
    status: 404,
    text: () => 'This address is not known. Copy the address from the trigger of the pipeline.',
  },
  HOOK_NOT_LIVE: {
    status: 409,
    text: (f: { pipeline: string }) =>
      `${f.pipeline} does not take calls now. Publish it with a webhook as its trigger, or switch that on again.`,
  },
  HOOK_CALL_DIFFERS: {
    status: 422,
    text: (f: { key: string }) =>
      `Another body came with the Idempotency-Key ${f.key}. Send the same body again, or a new key with a new one.`,
  },
  TOO_MANY_CALLS: {
    status: 429,
    text: (f: { seconds: number }) =>
      `Too many calls to this address. Send the same again in ${f.seconds} s; nothing of it was taken.`,
  },
  CALL_CIRCLE: {
    status: 422,
    text: (f: { pipelines: string[] }) =>
      f.pipelines.length > 1
        ? `${list(f.pipelines)} would call each other for ever. Let one of them call another pipeline.`
        : `${list(f.pipelines)} would call itself for ever. Choose another pipeline.`,
  },
  CALL_FAILED: {
    status: 422,
    text: (f: { pipeline: string; state: string }) =>
      `The run of ${f.pipeline} ended ${f.state}. Open it, mend what is wrong, and let this one go on from there.`,
  },
  APPROVAL_OVER: {
    status: 409,
    text: (f: { state: string }) => `This is ${f.state} already. Nothing is left to decide.`,
  },
  NOTHING_CHANGED: {
    status: 409,
    text: () => 'The draft is the same as the live version. There is nothing to publish.',
  },
  STEP_UNKNOWN: {
    status: 422,
    text: (f: { uses: string }) => `No installed plugin brings the step ${f.uses}. Install it, or delete the step.`,
  },
  STEP_REPEATED: { status: 422, text: (f: { id: string }) => `Two steps have the id ${f.id}. Rename one.` },
  INPUT_MISSING: {
    status: 422,
    text: (f: { port: string }) => `Nothing is connected to ${f.port}. Draw a wire to it.`,
  },
  INPUT_UNKNOWN: {
    status: 422,
    text: (f: { ref: string }) => `The wire comes from ${f.ref}, which is not there. Draw it again.`,
  },
  WIRE_REFUSED: {
    status: 422,
    text: (f: { column: string; wanted: string; found?: string | undefined; closest: string[] }) => wireText(f),
  },
  COLUMN_MISSING: {
    status: 422,
    text: (f: { column: string; columns: string[] }) =>
      `There is no column ${f.column}. The columns are ${list(f.columns)}.`,
  },
  COLUMNS_DIFFER: {
    status: 422,
    text: (f: { port: string; column: string; found: string; first: string; wanted: string }) =>
      `${f.column} is ${f.found} at the ${f.port} input and ${f.wanted} at the ${f.first}. Convert one with Select columns before.`,
  },

  /** `at` is the place of the mistake in what was written, in characters from 0. */
  SQL_REFUSED: {
    status: 422,
    text: (f: { reason: string; at?: number | undefined }) => `This SQL is not allowed: ${f.reason}`,
  },
  SQL_FAILED: { status: 422, text: (f: { reason: string }) => `The warehouse could not run this: ${f.reason}` },
  TEMPLATE_BROKEN: {
    status: 422,
    text: (f: { field: string; reason: string }) => `The ${f.field} cannot be rendered: ${f.reason}`,
  },

  RUN_PART_ALONE: {
    status: 409,
    text: (f: { steps: string[]; dry: boolean }) =>
      `${list(f.steps)} ${f.steps.length > 1 ? 'have' : 'has'} to run first: no recent ${f.dry ? '' : 'live '}run kept the rows that ${f.steps.length > 1 ? 'they give' : 'it gives'} as the pipeline stands now. Run the whole pipeline once.`,
  },
  STEP_TOO_SLOW: {
    status: 504,
    text: (f: { seconds: number }) =>
      `It was not done after ${f.seconds} s. Give it more time under “When it fails”, or less to do.`,
  },
  STEP_KILLS: {
    status: 500,
    text: (f: { times: number }) =>
      `This step ended the process that ran it ${f.times} times, so it is not tried again by itself. Look at the server's log, then go on with the run.`,
  },
  PIN_NOT_HERE: {
    status: 422,
    text: (f: { step: string }) => `${f.step} stores rows, so it cannot be pinned. Pin the step before it.`,
  },
  PIN_TOO_LARGE: {
    status: 422,
    text: (f: { megabytes: number }) =>
      `These rows are more than ${f.megabytes} MB. Pin a step with fewer rows or columns, such as a sample.`,
  },
  PIN_GONE: {
    status: 409,
    text: (f: { step: string }) => `The pin of ${f.step} was taken off after this run began. Run the draft again.`,
  },
  RUN_ROWS_GONE: {
    status: 410,
    text: () => 'The rows of this run are no longer kept; only the last runs of a pipeline keep theirs. Run it again.',
  },
  RUN_OVER: { status: 409, text: (f: { state: string }) => `The run is ${f.state} already.` },
  RUN_NOT_PAUSED: {
    status: 409,
    text: (f: { state: string }) => `Only a paused run can be resumed; this one is ${f.state}.`,
  },
  RUN_NOT_FAILED: {
    status: 409,
    text: (f: { state: string }) => `Only a failed or cancelled run can go on; this one is ${f.state}.`,
  },
} satisfies Record<string, Entry>;

function list(names: readonly string[]): string {
  if (names.length > 8) return `${names.slice(0, 8).join(', ')} and ${names.length - 8} more`;
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '');
}

function issueText(issues: { path: string; message: string }[]): string {
  return issues.map((issue) => (issue.path ? `${issue.path}: ${issue.message}` : issue.message)).join('; ');
}

function wireText(f: { column: string; wanted: string; found?: string | undefined; closest: string[] }): string {
  if (f.found) return `This wire brings ${f.column} as ${f.found}; ${f.wanted} is needed. Convert it before.`;
  const hint = f.closest.length ? ` It has ${list(f.closest)}. Put To users or Select columns between.` : '';
  return `This wire brings no column ${f.column} (${f.wanted}).${hint}`;
}
