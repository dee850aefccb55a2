import { expect, test } from 'vitest';
import { readEvent } from './read-event';

test('an event is an object of JSON', () => {
  expect(readEvent('{"type":"track"}')).toEqual({ event: { type: 'track' } });
  expect(readEvent('[1]')).toEqual({ problem: '{ … }' });
  expect(readEvent('{"type":')).toMatchObject({ problem: expect.stringContaining('JSON') as string });
});
