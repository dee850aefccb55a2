import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import type { CsvDialect } from './table-format.js';
import { splitCsv } from './split-csv.js';
import type { Row } from './splitter.js';

const comma: CsvDialect = { delimiter: ',', quote: '"', header: true };

function split(text: string, dialect: Partial<CsvDialect> = {}, pieceLength = text.length || 1) {
  const splitter = splitCsv({ ...comma, ...dialect }, (reason) => new Error(reason));
  const rows: Row[] = [];
  for (let at = 0; at < text.length; at += pieceLength) rows.push(...splitter.push(text.slice(at, at + pieceLength)));
  rows.push(...splitter.end());
  return { names: splitter.names, rows };
}

test('nothing is null and two quotes are an empty text', () => {
  expect(split('a,b,c\n,"",\\N\n').rows).toEqual([[null, '', null]]);
});

test('quotes keep delimiters, line ends, doubled quotes and blanks', () => {
  expect(split('a,b\r\n"x, ""y""\nz"," q "\r\n').rows).toEqual([['x, "y"\nz', ' q ']]);
});

test('blanks around a value do not count, except between tabs', () => {
  expect(split('a , "b"\n x , "y" \n')).toEqual({ names: ['a', 'b'], rows: [['x', 'y']] });
  expect(split('a\tb\n x \t\n', { delimiter: '\t' }).rows).toEqual([[' x ', null]]);
});

test('a quote within a value is a character like any other', () => {
  expect(split('a\n5" nail\n').rows).toEqual([['5" nail']]);
  expect(split('a,b\n"x,2\n', { quote: null }).rows).toEqual([['"x', '2']]);
});

test('columns without a name are called by their place, repeated names get a number', () => {
  expect(split(',total,total,\n1,2,3,4\n').names).toEqual(['column_1', 'total', 'total_2', 'column_4']);
  expect(split('1,2\n', { header: false })).toEqual({ names: ['column_1', 'column_2'], rows: [['1', '2']] });
});

test('blank lines at the end do not count; in a single column one in between is an empty value', () => {
  expect(split('a,b\n1,2\n\n\r\n').rows).toEqual([['1', '2']]);
  expect(split('a\n1\n\n2\n\n').rows).toEqual([['1'], [null], ['2']]);
});

test.each([
  ['a,b\n1,2\n1,2,3\n', 'line 3 has 3 values, the first line has 2 values'],
  ['a,b\n"x\ny",2\n3\n', 'line 4 has 1 value, the first line has 2 values'],
  ['a,b\n1,2\n\n3,4\n', 'a line before line 4 is empty'],
  ['a,b\n1,"2\n', 'the quote that opens in line 2 or after is never closed'],
  ['a,b\n1,"2"x\n', 'line 2 has text after a closing quote'],
  ['a,b\r1,2\r', 'line 1 ends with a carriage return only; save it with Windows or Unix line ends'],
  ['\na,b\n1,2\n', 'its first line is empty'],
  [`${'x,'.repeat(2_000)}x\n`, 'it has more than 2000 columns'],
])('says which line is wrong: %#', (text, reason) => {
  expect(() => split(text)).toThrow(reason);
});

test('a quote that never closes does not fill the memory', () => {
  const splitter = splitCsv(comma, (reason) => new Error(reason));
  splitter.push('a\n1\n"');
  const piece = 'x'.repeat(1_000_000);
  expect(() => {
    for (let count = 0; count < 100; count += 1) splitter.push(piece);
  }).toThrow('the record that begins in line 3 never ends');
});

test('rows do not depend on where the pieces of the file are cut', () => {
  const text = 'a,b\r\n"x ""1""",\r\n\\N," y\n"\r\n3, z \r\n';
  const whole = split(text);
  expect(whole.rows).toEqual([
    ['x "1"', null],
    [null, ' y\n'],
    ['3', 'z'],
  ]);
  for (let length = 1; length < text.length; length += 1) expect(split(text, {}, length)).toEqual(whole);
});

test('agrees with csv-parse on a table of awkward values', () => {
  const values = ['x', '0001', 'a "b" c', 'two\nlines', 'semi;colon', 'comma,', "it's", '한국어', '\t'];
  const table = values.map((value, index) => [value, values[(index + 3) % values.length] ?? '']);
  const text = [['first', 'second'], ...table]
    .map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(','))
    .join('\r\n');
  expect(split(text).rows).toEqual(parse(text, { from: 2 }));
  expect(split(text).rows).toEqual(table);
});
