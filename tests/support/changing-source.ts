import { isDeepStrictEqual } from 'node:util';
import type { Api } from './api.js';
import { addSync, datasetOf, rowsOf, runSync } from './syncing.js';

/** A stream of a connection, and what happens to it. */
export interface ChangingSource {
  api: Api;
  connection: string;
  stream: { stream: string; [option: string]: unknown };
  /** Brings a column called `fresh` that no row had before. */
  addFresh: () => unknown;
  /** Lets the next read fail, in the middle where the source can. */
  breakOff: () => unknown;
}

/** What {@link changeAndBreak} finds of every connector that keeps its word. */
export const NOTHING_LOST = {
  first: ['done', 'done'],
  added: { state: 'done', column: 'fresh', hasValues: true },
  asked: { code: 'SCHEMA_CHANGED', columns: ['fresh'], keepsRows: true },
  broken: { state: 'failed', keepsRows: true },
};

/**
 * Loads a stream by full refresh while its source changes: a new column is added or asked about as the sync says, and a
 * load that fails leaves the rows of the last one.
 */
export async function changeAndBreak(source: ChangingSource): Promise<typeof NOTHING_LOST> {
  const { api, connection, stream, addFresh, breakOff } = source;
  const [adding, asking] = [`${connection}-adds`, `${connection}-asks`];
  await addSync(api, { name: adding, connection, stream });
  await addSync(api, { name: asking, connection, stream, onSchemaChange: 'stop' });
  const first = [(await runSync(api, adding)).state, (await runSync(api, asking)).state];
  const before = await rowsOf(api, asking);

  await addFresh();
  const { state } = await runSync(api, adding);
  const stopped = await runSync(api, asking);
  const good = await rowsOf(api, adding);
  const asked = {
    code: stopped.error?.code ?? '',
    columns: stopped.schemaChange?.added.map(({ name }) => name) ?? [],
    keepsRows: before.length > 0 && isDeepStrictEqual(await rowsOf(api, asking), before),
  };
  const column = (await datasetOf(api, adding)).columns.at(-1)?.name ?? '';
  const added = { state, column, hasValues: good.some((row) => row.at(-1) !== null) };

  await breakOff();
  const failed = await runSync(api, adding);
  const broken = { state: failed.state, keepsRows: isDeepStrictEqual(await rowsOf(api, adding), good) };
  return { first, added, asked, broken };
}
