import { expect, test } from 'vitest';
import { isCursorType, valueOf, warehouseType } from './column-type.js';
import { quote } from './quote.js';

test.each([
  ['UInt64', 'UInt64', 'toString(c)'],
  ['Int32', 'Int32', 'c'],
  ['LowCardinality(Nullable(String))', 'Nullable(String)', 'c'],
  ['SimpleAggregateFunction(max, Nullable(Int64))', 'Nullable(Int64)', 'toString(c)'],
  ["DateTime('Asia/Seoul')", "DateTime('UTC')", "toString(toTimeZone(c, 'UTC'))"],
  ['DateTime64(9)', "DateTime64(9, 'UTC')", "toString(toTimeZone(c, 'UTC'))"],
  ['Date32', 'Date32', 'toString(c)'],
  ['Decimal(76, 20)', 'Decimal(76, 20)', 'toString(c)'],
  ["Enum8('a' = 1)", 'String', 'toString(c)'],
  ['Array(Nullable(Int32))', 'String', 'toJSONString(c)'],
  ['Tuple(a String, b Int8)', 'String', 'toJSONString(c)'],
  ['JSON(max_dynamic_paths=8)', 'String', 'toJSONString(c)'],
  ['AggregateFunction(uniq, UInt64)', 'String', 'hex(c)'],
])('%s is %s', (type, expected, value) => {
  expect([warehouseType(type), valueOf('c', type)]).toEqual([expected, value]);
});

test('what only grows is a time or a whole number', () => {
  const types = ['DateTime', 'Nullable(Date)', 'UInt256', 'LowCardinality(Int8)', 'Float64', 'String', 'Bool'];
  expect(types.filter(isCursorType)).toEqual(['DateTime', 'Nullable(Date)', 'UInt256', 'LowCardinality(Int8)']);
});

test('names stay names, whatever is in them', () => {
  expect(quote('shop', 'a`b\\')).toBe('`shop`.`a\\`b\\\\`');
});
