import { expect, test } from 'vitest';
import { LeaseWatch } from './lease-watch.js';

test('a lease ends when nothing was heard for all its time', () => {
  const watch = new LeaseWatch(10_000);
  const looks = [0, 5_000, 9_999, 10_000].map((at) => watch.look([{ id: 'a', beat: 1 }], at));
  expect(looks).toEqual([[], [], [], ['a']]);
});

test('every beat begins the time anew', () => {
  const watch = new LeaseWatch(10_000);
  const looks = [1, 2, 2, 2].map((beat, index) => watch.look([{ id: 'a', beat }], index * 6_000));
  expect(looks).toEqual([[], [], [], ['a']]);
});

test('a watcher that was asleep hears of a beat before it judges', () => {
  const watch = new LeaseWatch(10_000);
  watch.look([{ id: 'a', beat: 1 }], 0);
  expect(watch.look([{ id: 'a', beat: 2 }], 60_000)).toEqual([]);
});

test('a lease that ended and began again is another one', () => {
  const watch = new LeaseWatch(10_000);
  watch.look([{ id: 'a', beat: 1 }], 0);
  watch.look([], 5_000);
  expect(watch.look([{ id: 'a', beat: 1 }], 12_000)).toEqual([]);
});
