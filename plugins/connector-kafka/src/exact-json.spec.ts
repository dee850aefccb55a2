import { expect, test } from 'vitest';
import { readFields } from './exact-json.js';

test('plain values stay what they are, and what is nested is the text of its JSON', () => {
  expect(readFields('{"a":1,"b":"two","c":null,"d":true,"e":1.5,"f":{"g":[1]},"h":[]}')).toEqual({
    ...{ a: 1, b: 'two', c: null, d: true, e: 1.5, f: '{"g":[1]}', h: '[]' },
  });
});

test('large whole numbers keep every digit, also where they are nested', () => {
  const text = '{"id":9007199254740993,"low":-1234567890123456789,"in":{"ids":[9007199254740993]}}';
  expect(readFields(text)).toEqual({
    ...{ id: 9007199254740993n, low: -1234567890123456789n, in: '{"ids":[9007199254740993]}' },
  });
});

test('digits in text, and numbers with a fraction or an exponent, are let alone', () => {
  const text = String.raw`{"card":"4111111111111111","said":"id: 9007199254740993, \"quoted\"","rate":0.1234567890123456,"big":12345678901234567e3}`;
  expect(readFields(text)).toEqual({
    card: '4111111111111111',
    said: 'id: 9007199254740993, "quoted"',
    rate: 0.1234567890123456,
    big: 12345678901234567e3,
  });
});

test.each(['', 'hello', '[1]', '"text"', '12', 'null', '{"a":', '{"a":01}'])('%s is no object', (text) => {
  expect(readFields(text)).toBeUndefined();
});
