import type { Connection, Dataset, DatasetPreview, Sync, SyncRun, SyncRunDetail } from '@pelton/contract';
import type { Api } from './api.js';
import { waitFor } from './wait-for.js';

/** A connection, made and checked. */
export async function connect(
  api: Api,
  input: { name: string; uses: string; config: object; secrets?: Record<string, string> },
): Promise<Connection> {
  return api.post<Connection>('/api/connections', { title: input.name, kind: 'connector', ...input });
}

/** A sync of a stream into a dataset of the sync's own name. */
export function addSync(
  api: Api,
  input: { name: string; connection: string; stream: object } & Partial<Omit<Sync, 'stream'>>,
): Promise<Sync> {
  return api.post<Sync>('/api/syncs', { title: input.name, dataset: input.name, ...input });
}

export async function runSync(api: Api, name: string, input: { reset?: boolean } = {}): Promise<SyncRunDetail> {
  const { id } = await api.post<SyncRun>(`/api/syncs/${name}/runs`, input);
  return syncRunOver(api, id);
}

export function syncRunOver(api: Api, id: string): Promise<SyncRunDetail> {
  return waitFor(
    async () => {
      const run = await api.get<SyncRunDetail>(`/api/sync-runs/${id}`);
      return run.finishedAt ? run : undefined;
    },
    { what: `the end of sync run ${id}` },
  );
}

/** The rows of a dataset as a reader sees them, in the order of their first column. */
export async function rowsOf(api: Api, dataset: string): Promise<unknown[][]> {
  const { rows } = await api.get<DatasetPreview>(`/api/datasets/${dataset}/preview?limit=500`);
  const first = (row: unknown[]) => JSON.stringify(row[0]);
  return rows.sort((a, b) => first(a).localeCompare(first(b)));
}

export function datasetOf(api: Api, name: string): Promise<Dataset> {
  return api.get<Dataset>(`/api/datasets/${name}`);
}
