import { ClickHouseError } from '@clickhouse/client';
import type { WriteBatch, WriteResult } from '@pelton/sdk';
import { type ClickHouseClient, withClient } from './connect.js';
import type { ClickhouseContext, TargetOptions } from './connection-config.js';
import { quote } from './quote.js';

type Records = WriteBatch['records'];

/** Adds rows, all at once; what is refused is halved until the rows remain that cannot be written, so few parts are made. */
export function writeRows(
  context: ClickhouseContext,
  { table }: TargetOptions,
  { records }: WriteBatch,
): Promise<WriteResult[]> {
  const { database } = context.config;
  return withClient(context, (client) => write(client, quote(database, table), records));
}

async function write(client: ClickHouseClient, table: string, records: Records): Promise<WriteResult[]> {
  try {
    await insert(client, table, records);
    return records.map(() => ({ ok: true as const }));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (records.length === 1) return [{ ok: false, reason: error.message.trim() }];
  }
  const middle = Math.ceil(records.length / 2);
  const first = await write(client, table, records.slice(0, middle));
  return [...first, ...(await write(client, table, records.slice(middle)))];
}

async function insert(client: ClickHouseClient, table: string, values: Records): Promise<void> {
  const names = [...new Set(values.flatMap((record) => Object.keys(record)))];
  const columns = names.map((name) => quote(name)) as [string, ...string[]]; // a record has one
  await client.insert({
    table,
    values,
    columns,
    format: 'JSONEachRow',
    clickhouse_settings: {
      date_time_input_format: 'best_effort',
      input_format_null_as_default: 0,
      async_insert: 0, // written when it is answered
    },
  });
}

const REFUSALS =
  /^(CANNOT_PARSE|CANNOT_READ|CANNOT_INSERT_NULL|INCORRECT_DATA|TYPE_MISMATCH|ARGUMENT_OUT_OF_BOUND|VALUE_IS_OUT_OF|UNKNOWN_ELEMENT_OF_ENUM|TOO_LARGE_STRING_SIZE|VIOLATED_CONSTRAINT|DECIMAL_OVERFLOW|UNEXPECTED_DATA)/;

/** A value that does not fit or breaks a constraint; everything else concerns all rows. */
function isRefusal(error: unknown): error is ClickHouseError {
  return error instanceof ClickHouseError && REFUSALS.test(error.type ?? '');
}
