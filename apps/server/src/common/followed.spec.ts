import type { Run } from '@pelton/contract';
import { expect, test } from 'vitest';
import { LiveService } from '../ingest/live/live.service.js';
import type { KeysService } from '../keys/keys.service.js';
import { followRun } from '../runs/follow-run.js';
import { followed, pauseUnless } from './followed.js';

test('who follows gets all that comes, and the end', async () => {
  const events: unknown[] = [];
  const all = followed(async function* count() {
    yield* [1, 2, 3];
  });
  await new Promise<void>((resolve) => all.subscribe({ next: (event) => events.push(event), complete: resolve }));
  expect(events).toEqual([1, 2, 3]);
});

async function* hourly(left: AbortSignal) {
  yield 'first';
  while (!left.aborted) await pauseUnless(left, 3_600_000);
}
const running = { id: 'r', state: 'running', revision: 1 } as Run; // all that is looked at
const keys = { titles: () => Promise.resolve(new Map()) } as unknown as KeysService; // asked for nothing else
const all = { event: '', user: '', source: '', key: '', state: 'all' } as const;

test.each<[string, (left: AbortSignal) => AsyncIterable<unknown>]>([
  ['waits for hours', hourly],
  ['follows a run', (left) => followRun(() => Promise.resolve(running), left)],
  ['follows what comes in', (left) => new LiveService(keys).follow('p', all, left)],
])('a stream that %s ends when its viewer leaves', async (_, follow) => {
  const seen = await new Promise<unknown[]>((resolve) => {
    const events: unknown[] = [];
    const stream = followed(async function* ending(left) {
      yield* follow(left);
      resolve(events);
    });
    const following = stream.subscribe((event) => {
      events.push(event);
      queueMicrotask(() => following.unsubscribe());
    });
  });
  expect(seen).toHaveLength(1);
});
