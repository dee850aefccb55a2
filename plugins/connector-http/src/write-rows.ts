import type { WriteBatch, WriteResult } from '@pelton/sdk';
import { HttpRefusal, openClient } from './client.js';
import type { HttpContext, TargetOptions } from './options.js';

/** One request for each row, in order; what the server says of a row is that row's own answer. */
export async function writeRows(
  context: HttpContext,
  { path, method }: TargetOptions,
  { mode, keys, records, ids }: WriteBatch,
): Promise<WriteResult[]> {
  const client = await openClient(context);
  const results: WriteResult[] = [];
  try {
    for (const [index, record] of records.entries()) {
      const place = mode === 'update' ? [path, ...keys.map((key) => encodeURIComponent(textOf(record[key])))] : [path];
      const id = ids?.[index];
      const headers: Record<string, string> = id === undefined ? {} : { 'idempotency-key': id };
      results.push(await answerOf(client.send(place.join('/'), { method, headers, body: JSON.stringify(record) })));
    }
  } catch (error) {
    if (results.length === 0) throw error;
  } finally {
    await client.close();
  }
  return results;

  async function answerOf(sending: ReturnType<typeof client.send>): Promise<WriteResult> {
    try {
      await (await sending).body?.cancel();
      return { ok: true };
    } catch (error) {
      if (!(error instanceof HttpRefusal) || !concernsRow(error.statusCode)) throw error;
      return { ok: false, reason: error.facts.reason };
    }
  }

  /** Who may not sign in, or asks at a wrong place or in a wrong way, is refused whatever the row. */
  function concernsRow(status: number): boolean {
    if (status === 404 || status === 410) return mode === 'update';
    return status >= 400 && status < 500 && ![401, 403, 405, 408, 429].includes(status);
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
