import { expect, test } from 'vitest';
import { eventNameOf } from './event-name-of';

test.each([
  ['{"type":"track","event":"Order Completed"}', 'Order Completed'],
  ['{"type":"identify","event":5}', 'identify'],
  ['null', ''],
  ['[1]', ''],
  ['{"type":"tra', ''],
])('%s is called %j', (body, name) => {
  expect(eventNameOf(body)).toBe(name);
});
