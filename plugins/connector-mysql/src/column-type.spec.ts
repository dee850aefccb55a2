import { expect, test } from 'vitest';
import { selectAll } from './column-sql.js';
import { isCursorType, warehouseType } from './column-type.js';

test.each([
  ['tinyint(1)', 'Bool'],
  ['tinyint(4)', 'Int8'],
  ['tinyint(1) unsigned', 'UInt8'],
  ['mediumint(9)', 'Int32'],
  ['bigint unsigned', 'UInt64'],
  ['bigint(20) unsigned zerofill', 'UInt64'],
  ['bit(1)', 'Bool'],
  ['bit(64)', 'UInt64'],
  ['decimal(65,30)', 'Decimal(65, 30)'],
  ['decimal(10,0) unsigned', 'Decimal(10, 0)'],
  ['float', 'Float32'],
  ['double(10,2)', 'Float64'],
  ['date', 'Nullable(Date32)'],
  ['datetime', "Nullable(DateTime64(6, 'UTC'))"],
  ['timestamp(3)', "Nullable(DateTime64(6, 'UTC'))"],
  ['time(6)', 'String'],
  ['year(4)', 'UInt16'],
  ["enum('int','date')", 'String'],
  ['varchar(255)', 'String'],
  ['longblob', 'String'],
  ['json', 'String'],
])('%s is %s', (type, expected) => {
  expect(warehouseType({ type, isNullable: false })).toBe(expected);
});

test('what only grows is a time or a whole number, and a yes or no is neither', () => {
  const types = ['timestamp(3)', 'date', 'int(11)', 'bigint unsigned', 'tinyint(1)', 'time', 'double', 'varchar(9)'];
  expect(types.filter(isCursorType)).toEqual(['timestamp(3)', 'date', 'int(11)', 'bigint unsigned']);
});

test('names stay names, whatever is in them', () => {
  const column = { name: 'a`b', type: 'int', isNullable: false, isKey: false };
  expect(selectAll('shop', 'x` y', [column])).toBe('SELECT `t`.`a``b` AS `a``b` FROM `shop`.`x`` y` AS t');
});
