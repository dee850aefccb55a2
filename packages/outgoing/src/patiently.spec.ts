import { Response } from 'undici';
import { expect, test } from 'vitest';
import { patiently } from './patiently.js';

const NOW = { headers: { 'retry-after': '0' } };

/** Answers with each status in turn, then with 200. */
function server(...statuses: number[]) {
  let asked = 0;
  const ask = () => Promise.resolve(new Response('', { status: statuses[(asked += 1) - 1] ?? 200, ...NOW }));
  return { ask, count: () => asked };
}

test.each([
  ['a busy server', [429, 503], true, 200, 3],
  ['a busy server, to write', [429], false, 200, 2],
  ['a broken server', [500, 502], true, 200, 3],
  ['a broken server, to write', [500], false, 500, 1],
  ['a server that refuses', [403], true, 403, 1],
  ['a server that stays busy', [429, 429, 429, 429, 429, 429, 429], true, 429, 6],
])('%s', async (_title, statuses, isRead, status, asked) => {
  const { ask, count } = server(...statuses);
  expect((await patiently(ask, isRead)).status).toBe(status);
  expect(count()).toBe(asked);
});
