import { type ErrorEntry, list } from './error-entry.js';

/** Errors of what starts runs, and what they wait for. */
export const triggerErrors = {
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
} satisfies Record<string, ErrorEntry>;
