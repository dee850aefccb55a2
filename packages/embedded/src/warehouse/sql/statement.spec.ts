import { expect, test } from 'vitest';
import { parseStatement } from './statement.js';

const parse = (sql: string, isWhole = true) => parseStatement(Buffer.from(sql).toString('latin1'), isWhole);

test.each([
  ['SELECT 1', 'SELECT 1', undefined, ''],
  ['SELECT 1;', 'SELECT 1', undefined, ''],
  ['SELECT 1 ; ; -- end', 'SELECT 1 ', undefined, ''],
  ['select 1 format JSON', 'select 1 ', 'JSON', ''],
  ['SELECT 1\nFORMAT JSONEachRow ;', 'SELECT 1\n', 'JSONEachRow', ' '],
  ['SELECT 1 FORMAT CSV SETTINGS a = 1', 'SELECT 1 ', 'CSV', ' SETTINGS a = 1'],
  ['SELECT 1 SETTINGS a = 1 FORMAT CSV', 'SELECT 1 SETTINGS a = 1 ', 'CSV', ''],
  ["SELECT ' FORMAT x; ', `FORMAT` FROM t", "SELECT ' FORMAT x; ', `FORMAT` FROM t", undefined, ''],
  ['SELECT format, a FROM t', 'SELECT format, a FROM t', undefined, ''],
  ['SELECT format FROM t', 'SELECT format FROM t', undefined, ''],
  ['SELECT (SELECT 1 FORMAT JSON)', 'SELECT (SELECT 1 FORMAT JSON)', undefined, ''],
  ['/* a */ (SELECT 1) UNION ALL (SELECT 2)', '/* a */ (SELECT 1) UNION ALL (SELECT 2)', undefined, ''],
  ['WITH x AS (SELECT 1) SELECT * FROM x FORMAT TSV', 'WITH x AS (SELECT 1) SELECT * FROM x ', 'TSV', ''],
  ["SELECT '한국어' FORMAT JSON", "SELECT '한국어' ", 'JSON', ''],
  ['EXPLAIN SELECT 1 FORMAT JSON', 'EXPLAIN SELECT 1 ', 'JSON', ''],
])('%s gives rows', (sql, statement, format, tail) => {
  expect(parse(sql)).toEqual({ kind: 'rows', sql: statement, format, tail });
});

test.each([
  ['CREATE TABLE t (a Int8) ENGINE = Memory;', 'CREATE'],
  ['EXPLAIN AST SELECT 1 FORMAT JSON', 'EXPLAIN'],
  ['kill QUERY WHERE 1', 'KILL'],
])('%s is a command', (sql, verb) => {
  expect(parse(sql)).toEqual({ kind: 'command', sql: sql.replace(/;$/, ''), verb });
});

test.each([
  ['INSERT INTO t SELECT 1'],
  ["INSERT INTO t (a, b) SELECT 1, 2 FROM x WHERE s = 'VALUES'"],
  ['INSERT INTO t (SELECT 1)'],
  ['INSERT INTO t WITH 1 AS x SELECT x'],
  ['WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x'],
])('%s writes what it reads', (sql) => {
  expect(parse(sql)).toEqual({ kind: 'write', sql });
});

test.each([
  [
    'INSERT INTO t FORMAT JSONEachRow',
    'JSONEachRow',
    "INSERT INTO t \nFROM INFILE 'f' COMPRESSION 'none'  FORMAT JSONEachRow",
  ],
  [
    'insert into d.t (a, `b c`) format CSV\n1,2',
    'CSV',
    "insert into d.t (a, `b c`) \nFROM INFILE 'f' COMPRESSION 'none'  FORMAT CSV",
  ],
  ['INSERT INTO t VALUES (1)', 'Values', "INSERT INTO t \nFROM INFILE 'f' COMPRESSION 'none'  FORMAT Values"],
  [
    'INSERT INTO TABLE values VALUES (1)',
    'Values',
    "INSERT INTO TABLE values \nFROM INFILE 'f' COMPRESSION 'none'  FORMAT Values",
  ],
  [
    'INSERT INTO t SETTINGS a=1 FORMAT TSV x',
    'TSV',
    "INSERT INTO t \nFROM INFILE 'f' COMPRESSION 'none' SETTINGS a=1  FORMAT TSV",
  ],
  [
    "INSERT INTO t SELECT lower(s) FROM input('s String') WHERE 1 FORMAT CSV\na",
    'CSV',
    "INSERT INTO t SELECT lower(s) FROM file('f', CSV, 's String', 'none') WHERE 1 ",
  ],
])('%s takes data', (sql, format, fromFile) => {
  const statement = parse(sql);
  if (statement?.kind !== 'insert') throw new Error(`It is ${statement?.kind}`);
  expect(statement.format).toBe(format);
  expect(statement.fromFile('f', 'none')).toBe(fromFile);
});

test.each([
  ['INSERT INTO t FORMAT CSV\n1,2\n', '1,2\n'],
  ['INSERT INTO t FORMAT CSV  \r\n1,2\n', '1,2\n'],
  ['INSERT INTO t FORMAT CSV 1,2\n', '1,2\n'],
  ['INSERT INTO t FORMAT CSV\n\n1', '\n1'],
  ['INSERT INTO t VALUES (1)', ' (1)'],
  ['INSERT INTO t FORMAT JSONEachRow {"a":"한;\'"}', '{"a":"한;\'"}'],
])('finds the data of %j', (sql, data) => {
  const statement = parse(sql);
  if (statement?.kind !== 'insert') throw new Error(`It is ${statement?.kind}`);
  expect(Buffer.from(sql).subarray(statement.dataStart).toString()).toBe(data);
});

test.each([
  'INSERT INTO t',
  'INSERT INTO t (a',
  'INSERT INTO t FORMAT',
  'INSERT INTO t FORMAT CS',
  'INSERT INTO t SELECT',
  'SELECT 1',
])('asks for more than %s', (sql) => {
  expect(parse(sql, false)).toBeUndefined();
});

test.each(['SELECT 1; SELECT 2', 'SELECT 1;;DROP TABLE t', 'INSERT INTO t SELECT 1; SELECT 2', "SELECT ';'; SELECT 2"])(
  'refuses the second statement of %s',
  (sql) => {
    expect(() => parse(sql)).toThrow(/Multi-statements are not allowed/);
  },
);

test.each([
  ["SELECT 1 INTO OUTFILE '/tmp/x'", /INTO OUTFILE is not allowed/],
  ["SELECT 1 into/**/outfile '/tmp/x' FORMAT CSV", /INTO OUTFILE is not allowed/],
  ["INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV", /INFILE is not allowed/],
  ['', /Empty query/],
  [' -- nothing', /Empty query/],
])('refuses %s', (sql, reason) => {
  expect(() => parse(sql)).toThrow(reason);
});
