import { expect, test } from 'vitest';
import { LANGUAGES, readCall, snippetFor } from './snippets';

test.each(LANGUAGES)('%s names the key and where to send', (language) => {
  const { code } = snippetFor(language, 'pk_1', 'https://pelton.example:8443');
  expect(code).toContain('pk_1');
  expect(code).toContain('pelton.example:8443');
});

test('a server without TLS is said where a client does not read it from the address', () => {
  expect(snippetFor('javascript', 'pk_1', 'http://localhost:4600').code).toContain("protocol: 'http'");
});

test('curl sends a call that the server can read', () => {
  const { code } = snippetFor('curl', 'pk_1', 'https://pelton.example');
  expect(JSON.parse(/-d '(.*)'$/.exec(code)?.[1] ?? '')).toEqual({
    userId: '13093',
    event: 'Order Completed',
    properties: { revenue: 30 },
  });
});

test('a key that may read is tried with a list', () => {
  expect(readCall('pk_1', 'https://pelton.example')).toBe(
    "curl -H 'Authorization: Bearer pk_1' https://pelton.example/api/metrics",
  );
});
