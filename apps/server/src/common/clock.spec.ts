import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Clock } from './clock.js';

const NOON = Date.parse('2030-01-07T12:00:00Z');

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A clock of one second, the seconds after noon of its turns, and what ends the turn that goes on. */
function slowClock() {
  const turns: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const failures: unknown[] = [];
  const clock = new Clock({
    everyMs: 1_000,
    work: (now) => {
      turns.push((now.getTime() - NOON) / 1_000);
      return new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
    },
    failed: (error) => failures.push(error),
  });
  return { clock, turns, failures, end: (error?: Error) => ends.shift()?.(error) };
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('begins at once, and leaves out the turns that a long one held up', async () => {
  const { clock, turns, end } = slowClock();
  clock.start();
  await pass(3_500);
  expect(turns).toEqual([0]);
  end();
  await pass(500);
  expect(turns).toEqual([0, 4]);
});

test('goes on after a turn that failed, and tells of it', async () => {
  const { clock, turns, failures, end } = slowClock();
  clock.start();
  await pass(0);
  end(new Error('no answer'));
  await pass(1_000);
  expect([turns, failures]).toEqual([[0, 1], [new Error('no answer')]]);
});

test('a turn that is asked for waits for the one that goes on', async () => {
  const { clock, turns, end } = slowClock();
  clock.start();
  const asked = clock.tick(new Date(NOON + 86_400_000));
  await pass(0);
  expect(turns).toEqual([0]);
  end();
  await pass(0);
  expect(turns).toEqual([0, 86_400]);
  end();
  await asked;
});

test('stops when the turn that goes on is over, and has no other', async () => {
  const { clock, turns, end } = slowClock();
  clock.start();
  await pass(0);
  let isStopped = false;
  const stopped = clock.stop().then(() => (isStopped = true));
  await pass(5_000);
  expect(isStopped).toBe(false);
  end();
  await stopped;
  await pass(5_000);
  expect(turns).toEqual([0]);
});
