import { type ErrorEntry, list } from './error-entry.js';

/** Errors of pipelines as they are drawn. */
export const pipelineErrors = {
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
} satisfies Record<string, ErrorEntry>;

function wireText(f: { column: string; wanted: string; found?: string | undefined; closest: string[] }): string {
  if (f.found) return `This wire brings ${f.column} as ${f.found}; ${f.wanted} is needed. Convert it before.`;
  const hint = f.closest.length ? ` It has ${list(f.closest)}. Put To users or Select columns between.` : '';
  return `This wire brings no column ${f.column} (${f.wanted}).${hint}`;
}
