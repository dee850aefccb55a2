import { expect, test } from 'vitest';
import { toValue } from './values.js';

test.each([
  ['2024-02-29T12:34:56.123456Z', 'datetime(6)', '2024-02-29 12:34:56.123456'],
  ['2024-03-01T08:00:00+09:00', 'timestamp', '2024-02-29 23:00:00'],
  ['2024-02-29 12:34:56', 'datetime', '2024-02-29 12:34:56'],
  ['2024-02-29', 'date', '2024-02-29'],
  ['2024-02-29T12:34:56Z', 'varchar(30)', '2024-02-29T12:34:56Z'],
  [{ a: [1] }, 'json', '{"a":[1]}'],
  [false, 'tinyint(1)', false],
  [undefined, 'int', null],
])('%o becomes for %s %o', (value, type, expected) => {
  expect(toValue(value, type)).toBe(expected);
});
