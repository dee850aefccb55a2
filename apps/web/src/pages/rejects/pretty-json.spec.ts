import { expect, test } from 'vitest';
import { prettyJson } from './pretty-json';

test('lays JSON out', () => {
  expect(prettyJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
});

test('leaves a body that was cut off as it came', () => {
  expect(prettyJson('{"a":"lon')).toBe('{"a":"lon');
});
