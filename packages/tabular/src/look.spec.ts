import { expect, test } from 'vitest';
import { type Look, lookOfText, mergeLooks } from './look.js';

test.each<[string, Look]>([
  ['0', 'integer'],
  ['-17', 'integer'],
  ['9223372036854775807', 'integer'],
  ['9223372036854775808', 'text'],
  ['0001', 'text'],
  ['-01', 'text'],
  ['+447700900123', 'text'],
  ['1.50', 'decimal'],
  ['.5', 'decimal'],
  ['1.5e10', 'decimal'],
  ['1e-07', 'decimal'],
  ['79E3', 'text'],
  ['007.5', 'text'],
  ['5.', 'text'],
  ['1,000', 'text'],
  ['1.5e999', 'text'],
  ['NaN', 'text'],
  ['True', 'boolean'],
  ['FALSE', 'boolean'],
  ['yes', 'text'],
  ['2010-12-01', 'time'],
  ['2010-12-01 08:26:00', 'time'],
  ['01/12/2010', 'text'],
  ['', 'text'],
])('%s looks like %s', (text, look) => {
  expect(lookOfText(text)).toBe(look);
});

test('a column of integers and decimals is decimal, any other mixture is text', () => {
  expect(mergeLooks(null, 'time')).toBe('time');
  expect(mergeLooks('integer', 'decimal')).toBe('decimal');
  expect(mergeLooks('decimal', 'integer')).toBe('decimal');
  expect(mergeLooks('integer', 'text')).toBe('text');
  expect(mergeLooks('boolean', 'integer')).toBe('text');
  expect(mergeLooks('time', 'decimal')).toBe('text');
});
