import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ClickHouseLogLevel, type ClickHouseSettings, createClient } from '@clickhouse/client';
import { type Column, describeColumn, type Sql } from '@pelton/contract';
import { identifier, join, render, sql } from '@pelton/sdk';
import { warehouseError } from './errors.js';
import { readExactly } from './read-exactly.js';

type NodeClickHouseClient = ReturnType<typeof createClient>;

export interface QueryOptions {
  signal?: AbortSignal | undefined;
  settings?: ClickHouseSettings | undefined;
}

/** One user of one database of the warehouse. All SQL goes through here, with its values beside it. */
export interface WarehouseClient {
  /** Runs a SELECT and returns its rows as objects; 64-bit integers come as numbers. */
  rows<T>(query: Sql, options?: QueryOptions): Promise<T[]>;
  /** Runs a SELECT of one row, such as a count. */
  row<T>(query: Sql, options?: QueryOptions): Promise<T>;
  /**
   * Runs a SELECT of few rows and gives its typed columns with them, each row a list in their order; numbers of more
   * digits than JavaScript keeps come as text.
   */
  table<T>(query: Sql, options?: QueryOptions): Promise<{ columns: Column[]; rows: T[][] }>;
  /** Runs a SELECT whose result may be large; rows come in batches as the warehouse finds them. */
  batches<T>(query: Sql, options?: QueryOptions): AsyncIterable<T[]>;
  /** Runs a SELECT and hands on the bytes of its result in a format, such as Parquet. */
  bytes(query: Sql, format: 'Native' | 'Parquet' | 'CSVWithNames', options?: QueryOptions): Promise<Readable>;
  /** Runs an EXPLAIN, whose result has no format of its own, and returns its lines; line breaks in literals stay escaped. */
  explain(statement: Sql, options?: QueryOptions): Promise<string[]>;
  /** Runs a statement without a result, such as DDL. */
  run(statement: Sql, options?: QueryOptions): Promise<void>;
  /** Inserts rows given as objects. Resolves when they are durable. */
  insert(table: string, rows: object[], options?: QueryOptions): Promise<void>;
  /**
   * Inserts rows given as JSON, one a line, or as the bytes of such lines with their ends. Resolves when they are durable.
   * @param options.columns those that the lines have; needed for columns that the warehouse would fill in by itself
   */
  insertLines(
    table: string,
    lines: readonly string[] | readonly Buffer[],
    options?: QueryOptions & { columns?: readonly string[] },
  ): Promise<void>;
  /** Inserts what {@link bytes} gave. Resolves when it is durable. */
  insertBytes(table: string, format: 'Native' | 'JSONEachRow', bytes: Readable, options?: QueryOptions): Promise<void>;
  /** The typed columns of a query, without running it. */
  columns(query: Sql, options?: QueryOptions): Promise<Column[]>;
  close(): Promise<void>;
}

const SETTINGS: ClickHouseSettings = {
  output_format_json_quote_64bit_integers: 0,
  date_time_output_format: 'iso',
  date_time_input_format: 'best_effort',
  // Duplicates of an event lie in one month, so months need not be merged with each other to read FINAL.
  do_not_merge_across_partitions_select_final: 1,
  max_partitions_per_insert_block: '0',
};

/**
 * Opens a client on a URL such as `http://user:password@host:8123`.
 * @param settings added to every query
 * @throws SERVICE_DOWN when the warehouse does not answer, SQL_FAILED with its reason when it refuses
 */
export function openClient(url: string, database: string, settings: ClickHouseSettings = {}): WarehouseClient {
  const client = createClient({
    url,
    database,
    request_timeout: 10 * 60_000,
    max_open_connections: 16,
    clickhouse_settings: { ...SETTINGS, ...settings },
    log: { level: ClickHouseLogLevel.OFF },
  });
  return {
    rows: (query, options) => guarded(() => selectRows(client, query, options)),
    row: (query, options) => guarded(() => selectRow(client, query, options)),
    table: (query, options) => guarded(() => selectTable(client, query, options)),
    batches: (query, options) => selectBatches(client, query, options),
    bytes: (query, format, options) =>
      guarded(async () => {
        const { query: select, ...rest } = request(query, options);
        return (await client.exec({ query: `${select} FORMAT ${format}`, ...rest })).stream;
      }),
    explain: (statement, options) =>
      guarded(async () =>
        (await text((await client.exec(request(statement, options))).stream))
          .split('\n')
          .filter((line) => line.trim() !== ''),
      ),
    run: (statement, options) =>
      guarded(async () => {
        await client.command(request(statement, options));
      }),
    insert: (table, rows, options) =>
      guarded(async () => {
        if (rows.length > 0) await client.insert({ table, values: rows, format: 'JSONEachRow', ...passed(options) });
      }),
    insertLines: (table, lines, { columns, ...options } = {}) =>
      guarded(async () => {
        if (lines.length === 0) return;
        const bytes = Readable.from(toBytes(lines), { objectMode: false });
        const named = columns ? sql` (${join(columns.map((column) => identifier(column)))})` : sql``;
        await insertStream(client, sql`${identifier(table)}${named}`, 'JSONEachRow', bytes, options);
      }),
    insertBytes: (table, format, bytes, options) =>
      guarded(() => insertStream(client, identifier(table), format, bytes, options)),
    columns: (query, options) =>
      guarded(async () => {
        const described = await selectRows<{ name: string; type: string }>(
          client,
          sql`DESCRIBE TABLE (${query})`,
          options,
        );
        return described.map(({ name, type }) => describeColumn(name, type));
      }),
    close: () => client.close(),
  };
}

async function selectRows<T>(client: NodeClickHouseClient, query: Sql, options?: QueryOptions): Promise<T[]> {
  const result = await client.query({ ...request(query, options), format: 'JSONEachRow' });
  return result.json<T>();
}

async function selectRow<T>(client: NodeClickHouseClient, query: Sql, options?: QueryOptions): Promise<T> {
  const [first] = await selectRows<T>(client, query, options);
  if (first === undefined) throw new Error('The query gave no row');
  return first;
}

async function selectTable<T>(client: NodeClickHouseClient, query: Sql, options?: QueryOptions) {
  const result = await client.query({ ...request(query, options), format: 'JSONCompactEachRowWithNamesAndTypes' });
  const lines: T[][] = [];
  for await (const some of result.stream()) for (const { text: line } of some) lines.push(readExactly(line) as T[]); // a list, by the format
  const [names = [], types = [], ...rows] = lines;
  const columns = names.map((name, index) => describeColumn(String(name), String(types[index])));
  return { columns, rows };
}

async function* selectBatches<T>(
  client: NodeClickHouseClient,
  query: Sql,
  options?: QueryOptions,
): AsyncGenerator<T[]> {
  try {
    const result = await client.query({ ...request(query, options), format: 'JSONEachRow' });
    for await (const rows of result.stream<T>()) yield rows.map((row) => row.json());
  } catch (error) {
    throw warehouseError(error);
  }
}

function request(statement: Sql, options: QueryOptions | undefined) {
  const { text: query, params } = render(statement);
  return { query, query_params: params, ...passed(options) };
}

function passed({ signal, settings }: QueryOptions = {}) {
  return { ...(signal && { abort_signal: signal }), ...(settings && { clickhouse_settings: settings }) };
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw warehouseError(error);
  }
}

async function insertStream(
  client: NodeClickHouseClient,
  into: Sql,
  format: string,
  values: Readable,
  options?: QueryOptions,
): Promise<void> {
  const { query } = request(sql`INSERT INTO ${into}`, undefined);
  await consume((await client.exec({ query: `${query} FORMAT ${format}`, values, ...passed(options) })).stream);
}

function toBytes(lines: readonly string[] | readonly Buffer[]): readonly Buffer[] {
  return lines.every((part) => Buffer.isBuffer(part)) ? lines : [Buffer.from(lines.join('\n'))];
}

/** An insert is done when its answer has ended. */
async function consume(stream: Readable): Promise<void> {
  for await (const chunk of stream) void chunk;
}
