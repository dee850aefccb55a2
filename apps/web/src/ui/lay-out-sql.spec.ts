import { expect, test } from 'vitest';
import { layOutSql } from './lay-out-sql';

test('each clause stands on a line of its own', async () => {
  const sql =
    "SELECT user_id, CAST(a, 'Nullable(Int64)') AS a FROM (SELECT * FROM events FINAL) WHERE a > -1 GROUP BY ALL";
  expect(await layOutSql(sql)).toBe(
    [
      'SELECT',
      '  user_id,',
      "  CAST(a, 'Nullable(Int64)') AS a",
      'FROM',
      '  (',
      '    SELECT',
      '      *',
      '    FROM',
      '      events FINAL',
      '  )',
      'WHERE',
      '  a > -1',
      'GROUP BY',
      '  ALL',
    ].join('\n'),
  );
});

test('what is no SQL stays as it is', async () => {
  expect(await layOutSql("SELECT 'open")).toBe("SELECT 'open");
});
