import type { GraphCheck, JsonSchema, Run, Sample, StepProblem, StepRun } from '@pelton/contract';
import type { Api, StepInput } from './api.js';
import { connect } from './syncing.js';

/** Uploads a CSV of these lines; the connection `uploads` reads it. */
export async function uploadRows(api: Api, name: string, lines: readonly string[]): Promise<void> {
  await api.upload({ name, content: lines.join('\n') });
}

export async function connectUploads(api: Api): Promise<void> {
  await connect(api, { name: 'uploads', uses: 'file', config: { source: 'uploads' } });
}

/** Reads an uploaded file and sends its rows on, as `with` says. */
export function sendFile(file: string, uses: string, params: Record<string, unknown>): StepInput[] {
  return [
    { id: 'rows', uses: 'file/read', with: { connection: 'uploads', stream: file } },
    { id: 'out', uses, with: params as JsonSchema, inputs: { rows: 'rows' } },
  ];
}

/** What the destination of a run did. */
export function sentBy(run: Run): StepRun {
  const step = run.steps.find(({ id }) => id === 'out');
  if (!step) throw new Error('The run has no step called out');
  return step;
}

/** The first rows at a port of the destination, each as an object. */
export async function rowsAt(api: Api, run: Run, port: 'taken' | 'refused'): Promise<Record<string, unknown>[]> {
  const samples = await api.get<Sample[]>(`/api/runs/${run.id}/steps/out/samples`);
  const { columns = [], rows = [] } = samples.find((each) => each.port === port) ?? {};
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
}

/** What is wrong with the destination before any run. */
export async function problemsOf(api: Api, steps: StepInput[]): Promise<StepProblem[]> {
  const check = await api.post<GraphCheck>('/api/pipelines/check', {
    steps: steps.map((step) => ({ inputs: {}, with: {}, ...step })),
    layout: {},
  });
  return check.steps.find(({ id }) => id === 'out')?.problems ?? [];
}
