import { ClickHouseError } from '@clickhouse/client';
import { expect, test } from 'vitest';
import { memoryOf } from '../testing/process-memory.js';
import { useWarehouse } from '../testing/test-warehouse.js';
import { waitFor } from '../testing/wait-for.js';

const warehouse = useWarehouse();

const failure = async (running: Promise<unknown>) => {
  try {
    await running;
  } catch (error) {
    if (error instanceof ClickHouseError) return { code: error.code, type: error.type, message: error.message };
    throw error;
  }
  throw new Error('It did not fail');
};

test('answers in the format that is asked for', async () => {
  const query = "SELECT 1 AS a, 'x' AS b";
  const whole = await (await warehouse.admin.query({ query, format: 'JSON' })).json();
  expect(whole).toMatchObject({
    meta: [
      { name: 'a', type: 'UInt8' },
      { name: 'b', type: 'String' },
    ],
    data: [{ a: 1, b: 'x' }],
    rows: 1,
  });
  expect(await (await warehouse.admin.query({ query, format: 'JSONEachRow' })).json()).toEqual([{ a: 1, b: 'x' }]);
  expect(await (await warehouse.admin.query({ query, format: 'CSVWithNames' })).text()).toBe('"a","b"\n1,"x"\n');
  expect(await (await warehouse.admin.query({ query, format: 'TabSeparated' })).text()).toBe('1\tx\n');
});

test.each([
  ['String', "it's \\ \t \n 한 ;--", "it's \\ \t \n 한 ;--"],
  ['UInt64', '18446744073709551615', '18446744073709551615'],
  ['Float64', -1.5e-7, -1.5e-7],
  ['Bool', true, true],
  ['Nullable(String)', null, null],
  ['Date', '2024-02-29', '2024-02-29'],
  ['DateTime', new Date('2024-02-29T12:34:56Z'), '2024-02-29 12:34:56'],
  ["DateTime64(3, 'UTC')", new Date('2024-02-29T12:34:56.789Z'), '2024-02-29 12:34:56.789'],
  ['Array(String)', ["a'b", 'c\td', '\\'], ["a'b", 'c\td', '\\']],
  ['Array(Array(UInt8))', [[1], [], [2, 3]], [[1], [], [2, 3]]],
  ['Array(Nullable(Int64))', [1, null], ['1', null]],
  ['Map(String, UInt8)', { a: 1, "b'": 2 }, { a: 1, "b'": 2 }],
])('binds a %s', async (type, value, expected) => {
  const result = await warehouse.admin.query({
    query: `SELECT {value:${type}} AS value`,
    query_params: { value },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
  expect(await result.json()).toEqual([{ value: expected }]);
});

test('binds names of tables and columns', async () => {
  const result = await warehouse.admin.query({
    query: 'SELECT {column:Identifier} AS n FROM {database:Identifier}.{table:Identifier} LIMIT 1',
    query_params: { column: 'number', database: 'system', table: 'numbers' },
    format: 'JSONEachRow',
  });
  expect(await result.json()).toEqual([{ n: 0 }]);
});

test('binds values that are too long for a URL', async () => {
  const values = Array.from({ length: 20_000 }, (_, index) => `value ${index}`);
  const result = await warehouse.admin.query({
    query: 'SELECT length({values:Array(String)}) AS n, {values:Array(String)}[20000] AS last',
    query_params: { values },
    use_multipart_params: true,
    format: 'JSONEachRow',
  });
  expect(await result.json()).toEqual([{ n: 20_000, last: 'value 19999' }]);
});

test('misses a value that a query before had', async () => {
  const query = 'SELECT {left_over:UInt8}';
  await warehouse.admin.query({ query, query_params: { left_over: 1 } });
  expect(await failure(warehouse.admin.query({ query }))).toMatchObject({ type: 'UNKNOWN_QUERY_PARAMETER' });
});

test('keeps parameters of queries that run at the same time apart', async () => {
  const one = async (n: number) => {
    const result = await warehouse.admin.query({
      query: 'SELECT {n:UInt32} AS n',
      query_params: { n },
      format: 'JSONEachRow',
    });
    return (await result.json<{ n: number }>())[0]?.n;
  };
  const numbers = Array.from({ length: 60 }, (_, index) => index);
  expect(await Promise.all(numbers.map(one))).toEqual(numbers);
});

test('applies settings to one query only', async () => {
  const query = "SELECT getSetting('max_threads') AS threads, getSetting('join_use_nulls') AS nulls";
  const settings = { max_threads: 7, join_use_nulls: 1 } as const;
  const first = await warehouse.admin.query({ query, format: 'JSONEachRow', clickhouse_settings: settings });
  const second = await warehouse.admin.query({ query, format: 'JSONEachRow' });
  expect(await first.json()).toEqual([{ threads: 7, nulls: true }]);
  expect(await second.json()).not.toMatchObject([{ threads: 7 }]);
});

test('reads from the database of the client', async () => {
  const { admin, url } = warehouse;
  await warehouse.run('CREATE DATABASE pelton_chosen');
  await warehouse.run('CREATE TABLE pelton_chosen.here (n UInt8) ENGINE = MergeTree ORDER BY n');
  const chosen = warehouse.connect(url, { database: 'pelton_chosen' });
  await chosen.insert({ table: 'here', values: [{ n: 5 }], format: 'JSONEachRow' });
  const result = await chosen.query({ query: 'SELECT n, currentDatabase() AS d FROM here', format: 'JSONEachRow' });
  expect(await result.json()).toEqual([{ n: 5, d: 'pelton_chosen' }]);
  expect(await failure(admin.query({ query: 'SELECT n FROM here' }))).toMatchObject({ code: '60' });
});

test('gives back the query id of the client, and makes one', async () => {
  const named = await warehouse.admin.query({ query: 'SELECT 1', query_id: 'my-query' });
  expect(named.query_id).toBe('my-query');
  expect(named.response_headers['x-clickhouse-query-id']).toBe('my-query');
});

test.each([
  ['SELECT nope', '47', 'UNKNOWN_IDENTIFIER', /nope/],
  ['SELECT * FROM nope', '60', 'UNKNOWN_TABLE', /'nope'/],
  ['SELECT * FROM nope.x', '81', 'UNKNOWN_DATABASE', /nope/],
  ['SELECT nope(1)', '46', 'UNKNOWN_FUNCTION', /nope/],
  ['SELECT 1 WHERE', '62', 'SYNTAX_ERROR', /^Syntax error: failed at position \d+/],
  ['SELECT * FROM', '60', 'UNKNOWN_TABLE', /'FORMAT'/], // the client adds FORMAT JSONEachRow
  ["SELECT 'open", '62', 'SYNTAX_ERROR', /^Single quoted string is not closed/],
  ['SELECT 1; SELECT 2', '62', 'SYNTAX_ERROR', /Multi-statements are not allowed/],
  ["SELECT 1 INTO OUTFILE '/tmp/x'", '358', 'INTO_OUTFILE_NOT_ALLOWED', /not allowed/],
  ["SELECT toUInt8('x')", '6', 'CANNOT_PARSE_TEXT', /Cannot parse string/],
  ["SELECT throwIf(1, 'as I said')", '395', 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO', /^as I said/],
  ['CREATE DATABASE system', '82', 'DATABASE_ALREADY_EXISTS', /system/],
])('tells what is wrong with %s', async (query, code, type, message) => {
  const format = query.startsWith('SELECT') && !query.includes(';') ? 'JSONEachRow' : undefined;
  const running = format ? warehouse.admin.query({ query, format }) : warehouse.admin.command({ query });
  const found = await failure(running);
  expect(found).toMatchObject({ code, type, message: expect.stringMatching(message) });
  expect(found.message).not.toContain(warehouse.folder); // our own doing is none of the client's business
});

test('refuses a setting that there is not', async () => {
  const settings = { no_such_setting: '1' };
  expect(await failure(warehouse.admin.query({ query: 'SELECT 1', clickhouse_settings: settings }))).toMatchObject({
    code: '115',
    type: 'UNKNOWN_SETTING',
  });
});

test('refuses a wrong password', async () => {
  const client = warehouse.connect(warehouse.url.replace(/:[^:@]+@/, ':wrong@'));
  expect(await failure(client.query({ query: 'SELECT 1' }))).toMatchObject({
    code: '516',
    type: 'AUTHENTICATION_FAILED',
  });
});

test('refuses a user that there is not', async () => {
  const client = warehouse.connect(warehouse.url.replace(/\/\/[^:]+:/, '//default:'));
  expect(await failure(client.query({ query: 'SELECT 1' }))).toMatchObject({ code: '516' });
});

test('answers pings', async () => {
  expect(await warehouse.admin.ping()).toEqual({ success: true });
  expect(await warehouse.admin.ping({ select: true })).toEqual({ success: true });
});

test('streams a million rows with little memory', async () => {
  const before = memoryOf(warehouse.pid);
  const result = await warehouse.admin.query({
    query: 'SELECT number, toString(sipHash128(number)) AS text FROM numbers(1000000)',
    format: 'JSONEachRow',
  });
  let count = 0;
  let sum = 0;
  let most = before;
  for await (const rows of result.stream<{ number: number }>()) {
    for (const row of rows) sum += row.json().number;
    if (count % 100_000 < rows.length) most = Math.max(most, memoryOf(warehouse.pid));
    count += rows.length;
  }
  expect({ count, sum }).toEqual({ count: 1_000_000, sum: 499_999_500_000 });
  expect(most - before).toBeLessThan(200);
});

test('tells in the middle of a stream that the query failed', async () => {
  const result = await warehouse.admin.query({
    query: "SELECT throwIf(number = 600000, 'in the middle') AS a, number FROM numbers(1000000)",
    format: 'JSONEachRow',
  });
  let count = 0;
  const reading = async () => {
    for await (const rows of result.stream()) count += rows.length;
  };
  expect(await failure(reading())).toMatchObject({ code: '395', message: expect.stringMatching(/^in the middle/) });
  expect(count).toBeGreaterThan(0);
});

test('breaks off a whole answer whose query failed', async () => {
  const query = "SELECT throwIf(number = 600000, 'in the middle') AS a, number FROM numbers(1000000)";
  const result = await warehouse.admin.query({ query, format: 'JSON' });
  await expect(result.text()).rejects.toThrow('aborted');
});

test('holds an answer back until it is whole when asked to', async () => {
  const query = "SELECT throwIf(number = 600000, 'in the middle') AS a, number FROM numbers(1000000)";
  const settings = { wait_end_of_query: 1 } as const;
  expect(await failure(warehouse.admin.query({ query, format: 'JSON', clickhouse_settings: settings }))).toMatchObject({
    code: '395',
  });
  const result = await warehouse.admin.query({
    query: 'SELECT number FROM numbers(500000)',
    format: 'TabSeparated',
    clickhouse_settings: settings,
  });
  expect(JSON.parse(result.response_headers['x-clickhouse-summary'] as string)).toMatchObject({ read_rows: '500000' });
  const text = await result.text();
  expect(text.length).toBe(3_388_890);
});

/** How many queries with a word in them are under way. */
const underWay = async (word: string) => {
  const query = `SELECT 1 FROM system.processes WHERE query LIKE '%${word}%' AND query NOT LIKE '%processes%'`;
  return (await warehouse.rows(query)).length;
};

test('stops a query whose client has gone', async () => {
  const controller = new AbortController();
  const running = warehouse.admin.query({
    query: 'SELECT sum(sipHash64(number)) AS abandoned FROM numbers(1000000000000)',
    abort_signal: controller.signal,
  });
  await waitFor('the query runs', () => underWay('abandoned'));
  controller.abort();
  await expect(running).rejects.toThrow('aborted');
  await waitFor('the query is gone', async () => (await underWay('abandoned')) === 0);
});

test('stops a stream whose client has gone', async () => {
  const query = 'SELECT number AS endless FROM system.numbers';
  const stream = (await warehouse.admin.query({ query, format: 'JSONEachRow' })).stream();
  for await (const rows of stream) if (rows.length > 0) break;
  expect(stream.destroyed).toBe(true);
  await waitFor('the query is gone', async () => (await underWay('endless')) === 0);
});

test('kills a query by the id that the client gave', async () => {
  const running = failure(
    warehouse.admin.query({
      query: 'SELECT sum(sipHash64(number)) FROM numbers(1000000000000)',
      query_id: 'to-be-killed',
    }),
  );
  await waitFor('it is killed', async () => {
    const result = await warehouse.admin.query({
      query: "KILL QUERY WHERE query_id = 'to-be-killed' ASYNC",
      format: 'TabSeparated',
    });
    return (await result.text()).includes('waiting');
  });
  expect(await running).toMatchObject({ code: '394', type: 'QUERY_WAS_CANCELLED' });
});

test('refuses an id that is in use', async () => {
  const controller = new AbortController();
  const query_id = 'twice';
  const first = warehouse.admin.query({
    query: 'SELECT count() FROM system.numbers',
    query_id,
    abort_signal: controller.signal,
  });
  const second = await waitFor('the second is refused', () =>
    warehouse.admin.query({ query: 'SELECT 1', query_id }).then(
      () => undefined,
      (error: unknown) => error,
    ),
  );
  expect(second).toMatchObject({ type: 'QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING' });
  controller.abort();
  await expect(first).rejects.toThrow('aborted');
});

test('runs twenty queries at once', async () => {
  const one = async (n: number) => {
    const result = await warehouse.admin.query({
      query: `SELECT sum(number) AS s FROM numbers(${n} * 100000)`,
      format: 'JSONEachRow',
    });
    return (await result.json<{ s: number }>())[0]?.s;
  };
  const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
  const sums = numbers.map((n) => (n * 100_000 * (n * 100_000 - 1)) / 2);
  expect(await Promise.all(numbers.map(one))).toEqual(sums);
});

test('gives every query its own whole result while others are given up', async () => {
  // After an abort, the client's timers for idle connections can end one that is in use.
  const client = warehouse.connect(warehouse.url, { keep_alive: { enabled: false }, max_open_connections: 30 });
  const one = async (n: number) => {
    const rows = n * 100;
    const query = `SELECT ${n} AS n, number FROM numbers(${rows}) ORDER BY number`;
    const controller = new AbortController();
    const given = n % 3 === 0 ? setTimeout(() => controller.abort(), n % 20) : undefined;
    try {
      const result = await client.query({
        query,
        format: 'JSONCompactEachRow',
        abort_signal: controller.signal,
      });
      const found = await result.json<[number, number]>();
      return found.length === rows && found.every(([is, number], index) => is === n && number === index);
    } catch {
      return controller.signal.aborted;
    } finally {
      clearTimeout(given);
    }
  };
  const outcomes: boolean[] = [];
  const numbers = Array.from({ length: 200 }, (_, index) => index).values();
  const worker = async () => {
    for (const n of numbers) outcomes.push(await one(n));
  };
  await Promise.all(Array.from({ length: 30 }, worker));
  expect(outcomes).toEqual(Array.from({ length: 200 }, () => true));
});

test('runs more queries than there are places for', async () => {
  const results = await Promise.all(
    Array.from({ length: 200 }, () => warehouse.rows<{ one: number }>('SELECT 1 AS one')),
  );
  expect(results.flat().every(({ one }) => one === 1)).toBe(true);
});

test('compresses answers', async () => {
  const client = warehouse.connect(warehouse.url, { compression: { response: true } });
  const result = await client.query({ query: 'SELECT number FROM numbers(100000)', format: 'JSONEachRow' });
  expect(result.response_headers['content-encoding']).toBe('gzip');
  expect(await result.json()).toHaveLength(100_000);
});

test('tells of a failure in a compressed stream', async () => {
  const client = warehouse.connect(warehouse.url, { compression: { response: true } });
  const query = "SELECT throwIf(number = 600000, 'in the middle') AS a, number FROM numbers(1000000)";
  const result = await client.query({ query, format: 'JSONEachRow' });
  const reading = async () => {
    for await (const rows of result.stream()) expect(rows.length).toBeGreaterThan(0);
  };
  expect(await failure(reading())).toMatchObject({ code: '395' });
});
