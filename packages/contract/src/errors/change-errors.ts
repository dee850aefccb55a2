import { type ErrorEntry, list } from './error-entry.js';

/** Errors of what somebody reads or changes, whatever noun it is. */
export const changeErrors = {
  BAD_INPUT: { status: 400, text: (f: { issues: { path: string; message: string }[] }) => issueText(f.issues) },
  /** `title` is what the form calls the parameter, for who reads words; `field` is its path, for who finds the form. */
  PARAM_INVALID: {
    status: 422,
    text: (f: { field: string; reason: string; at?: number | undefined; title?: string | undefined }) =>
      `${f.title ?? f.field}: ${f.reason}`,
  },
  NOT_FOUND: { status: 404, text: (f: { noun: string; name: string }) => `There is no ${f.noun} called ${f.name}.` },
  LINEAGE_UNKNOWN: {
    status: 404,
    text: (f: { id: string }) =>
      `No source, sync, definition or pipeline of this project names ${f.id}. It may have been renamed or deleted, or a pipeline that writes it is not there yet.`,
  },
  NAME_TAKEN: {
    status: 409,
    text: (f: { noun: string; name: string }) => `There is already a ${f.noun} called ${f.name}. Choose another name.`,
  },
  IN_USE: {
    status: 409,
    text: (f: { noun: string; name: string; by: string[] }) =>
      `The ${f.noun} ${f.name} is used by ${list(f.by)}. Take it out there first.`,
  },
  IDEMPOTENCY_KEY_USED: {
    status: 422,
    text: (f: { key: string }) =>
      `Another request came with the Idempotency-Key ${f.key} before. Send that one again as it was, or this one with a new key.`,
  },
  IDEMPOTENCY_BUSY: {
    status: 409,
    text: (f: { key: string }) =>
      `The request with the Idempotency-Key ${f.key} still goes on. Send it again in a while for its answer.`,
  },
  IDEMPOTENCY_UNKNOWN: {
    status: 409,
    text: (f: { key: string }) =>
      `Pelton failed over the request with the Idempotency-Key ${f.key}, or its answer was too long to keep. Look whether it had its effect; if it had none, send it with a new key.`,
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
} satisfies Record<string, ErrorEntry>;

function issueText(issues: { path: string; message: string }[]): string {
  return issues.map((issue) => (issue.path ? `${issue.path}: ${issue.message}` : issue.message)).join('; ');
}
