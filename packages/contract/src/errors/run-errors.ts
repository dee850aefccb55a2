import { type ErrorEntry, list } from './error-entry.js';

/** Errors of runs, their steps and rows. */
export const runErrors = {
  RUN_PART_ALONE: {
    status: 409,
    text: (f: { steps: string[]; dry: boolean }) =>
      `${list(f.steps)} ${f.steps.length > 1 ? 'have' : 'has'} to run first: no recent ${f.dry ? '' : 'live '}run kept the rows that ${f.steps.length > 1 ? 'they give' : 'it gives'} as the pipeline stands now. Run the whole pipeline once.`,
  },
  SOURCE_OUT_OF_REACH: {
    status: 409,
    text: (f: { step: string }) =>
      `${f.step} could be read with the steps after it when the run began, and cannot any more. Start the run again.`,
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
} satisfies Record<string, ErrorEntry>;
