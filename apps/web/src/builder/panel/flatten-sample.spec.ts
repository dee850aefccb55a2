import { describeColumn } from '@pelton/contract';
import { expect, test } from 'vitest';
import { flattenSample } from './flatten-sample';

test('properties become columns; bookkeeping and empty columns go last', () => {
  const sample = {
    columns: [
      describeColumn('message_id', 'String'),
      describeColumn('anonymous_id', 'String'),
      describeColumn('user_id', 'String'),
      describeColumn('properties', 'JSON'),
    ],
    rows: [
      ['a', '', '12347', { revenue: 3.5, country: 'Iceland' }],
      ['b', '', '12348', { revenue: 7 }],
    ],
  };
  const flat = flattenSample(sample);
  expect(flat.columns.map(({ name, family }) => `${name} ${family}`)).toEqual([
    'user_id text',
    'revenue number',
    'country text',
    'message_id text',
    'anonymous_id text',
  ]);
  expect(flat.rows).toEqual([
    ['12347', 3.5, 'Iceland', 'a', ''],
    ['12348', 7, null, 'b', ''],
  ]);
});

test('other relations keep their order', () => {
  const columns = [describeColumn('type', 'String'), describeColumn('n', 'Int64')];
  expect(flattenSample({ columns, rows: [['x', 1]] }).columns).toEqual(columns);
});
