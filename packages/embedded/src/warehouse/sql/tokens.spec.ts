import { expect, test } from 'vitest';
import { tokenize } from './tokens.js';

const texts = (sql: string) => [...tokenize(sql)].map(({ text }) => text);

test.each([
  ['words in upper case', 'select a1 from t_2', ['SELECT', 'A1', 'FROM', 'T_2']],
  ['no comments', "a -- b\n/* c ' */ d # e\n#! f\ng", ['A', 'D', 'G']],
  ['an open comment to the end', 'a /* b', ['A']],
  ['quotes inside strings', String.raw`'it''s' 'a\'b' ''`, [`'it''s'`, String.raw`'a\'b'`, `''`]],
  ['identifiers in both quotes', '`a b` "c;d" `e``f`', ['`a b`', '"c;d"', '`e``f`']],
  ['strings between dollars', '$$a;b$$ $x$ $$ $x$ $1', ['$$a;b$$', '$x$ $$ $x$', '$1']],
  ['an open string to the end', "a 'b", ['A', "'b"]],
  ['signs one by one', 'a=1;(x->y)', ['A', '=', '1', ';', '(', 'X', '->', 'Y', ')']],
])('finds %s', (_, sql, expected) => {
  expect(texts(sql)).toEqual(expected);
});

test('counts open brackets', () => {
  expect([...tokenize('a(b[c])d')].map(({ depth }) => depth)).toEqual([0, 0, 1, 1, 2, 1, 0, 0]);
});

test('knows where tokens are', () => {
  expect([...tokenize(' ab  cd')]).toMatchObject([
    { start: 1, end: 3 },
    { start: 5, end: 7 },
  ]);
});

test('reads a string of many megabytes', () => {
  const sql = `SELECT '${"ab\\'".repeat(5_000_000)}' x`;
  expect(texts(sql).at(-1)).toBe('X');
});
