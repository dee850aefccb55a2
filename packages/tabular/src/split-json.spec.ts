import { expect, test } from 'vitest';
import { splitJson, unquote } from './split-json.js';
import type { Row } from './splitter.js';

function split(text: string, pieceLength = text.length || 1) {
  const splitter = splitJson((reason) => new Error(reason));
  const rows: Row[] = [];
  for (let at = 0; at < text.length; at += pieceLength) rows.push(...splitter.push(text.slice(at, at + pieceLength)));
  rows.push(...splitter.end());
  return { names: [...splitter.names], rows };
}

test('values stay as they are written', () => {
  expect(split('{"a":1.50,"b":"x","c":{"d" : [1, "}"]},"e":true,"f":null}\n')).toEqual({
    names: ['a', 'b', 'c', 'e', 'f'],
    rows: [['1.50', '"x"', '{"d" : [1, "}"]}', 'true', null]],
  });
});

test('columns come up as the file goes on, and a missing one is null', () => {
  expect(split('{"a":1}\n{"b":2,"a":3}\n{}')).toEqual({
    names: ['a', 'b'],
    rows: [['1'], ['3', '2'], [null, null]],
  });
});

test('objects may stand in lines, over several lines or in one list', () => {
  const rows = [['1'], ['2']];
  expect(split('{"a":1}\r\n{"a":2}\n').rows).toEqual(rows);
  expect(split('{\n  "a": 1\n}\n{\n  "a": 2\n}').rows).toEqual(rows);
  expect(split(' [ {"a":1},\n{"a":2} ] \n').rows).toEqual(rows);
  expect(split('[]').rows).toEqual([]);
});

test('a name that an object repeats counts once, as in the warehouse', () => {
  expect(split('{"a":1,"a":2}').rows).toEqual([['1']]);
});

test('a line separator within a text does not end the line', () => {
  expect(split('{"a":"x\u2028y"}\n').rows).toEqual([['"x\u2028y"']]);
});

test.each([
  ['name,price\n1,2\n', 'in line 1 no object begins where one is due'],
  ['{"a":1}\nbroken\n', 'in line 2 no object begins where one is due'],
  ['{"a":1}\n{"a":01}\n', 'in line 2 a value is not valid JSON'],
  ['{"a":"\\q"}', 'in line 1 a value is not valid JSON'],
  ['{"a":"\\ud800"}', 'in line 1 a value is not valid JSON'],
  ['{"a":[1,]}', 'in line 1 a value is not valid JSON'],
  ['{a:1}', 'in line 1 a name in double quotes is missing'],
  ['{"a" 1}', 'in line 1 a colon is missing'],
  ['{"a":1 "b":2}', 'in line 1 a comma is missing'],
  ['{"a":1}\n{"a":2', 'the object that begins in line 2 is never closed'],
  ['[{"a":1}', 'the list that it begins with is never closed'],
  ['[{"a":1} {"a":2}]', 'in line 1 no object begins where one is due'],
  ['[{"a":1}] {"a":2}', 'in line 1 no object begins where one is due'],
  ['[1,2]', 'in line 1 no object begins where one is due'],
])('says which line is wrong: %s', (text, reason) => {
  expect(() => split(text)).toThrow(reason);
});

test('rows do not depend on where the pieces of the file are cut', () => {
  const text = '[{"a":"\\\\","b":{"x":["}\\""]}},\r\n {"b":-1.5e3 , "a":null, "c":"é"}]\n';
  const whole = split(text);
  expect(whole.rows).toEqual([
    ['"\\\\"', '{"x":["}\\""]}'],
    [null, '-1.5e3', '"é"'],
  ]);
  for (let length = 1; length < text.length; length += 1) expect(split(text, length)).toEqual(whole);
});

test('a text is read with its escapes, and everything else as it stands', () => {
  expect(unquote('"a\\u00e9\\n"')).toBe('aé\n');
  expect(unquote('1.50')).toBe('1.50');
});
