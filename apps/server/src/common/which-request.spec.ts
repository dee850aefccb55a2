import { expect, test } from 'vitest';
import { whichRequest } from './which-request.js';

test('tells the route and keeps headers, queries and tokens to itself', () => {
  const request = {
    id: 7,
    method: 'GET',
    url: '/setup/yDYL3Gb4JijRnj64J0P48rd6iOm-0VKyvtiQPdN5A-w?key=secret',
    headers: { 'x-write-key': 'secret' },
  };
  expect(whichRequest(request)).toEqual({ id: 7, method: 'GET', path: '/setup/…' });
  expect(whichRequest({ ...request, url: '/api/runs/r4z9xhyjperakpaemfpt/cancel' }).path).toBe(
    '/api/runs/r4z9xhyjperakpaemfpt/cancel',
  );
});
