import { expect, test } from 'vitest';
import { Passes } from './passes.js';

/** Passes that are numbered as they begin, and what ends the one that goes on. */
function numbered() {
  const passes = new Passes<number>();
  const ends: ((error?: Error) => void)[] = [];
  let begun = 0;
  const ask = (key = 'a') =>
    passes.ask(key, async () => {
      begun += 1;
      const number = begun;
      await new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
      return number;
    });
  return { ask, end: (error?: Error) => ends.shift()?.(error), begun: () => begun };
}
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('many who ask while a pass goes on share one after it, and the first of them is given what it gave', async () => {
  const { ask, end, begun } = numbered();
  const first = ask();
  await settled();
  const meanwhile = Promise.all([ask(), ask(), ask()]);
  await settled();
  expect(begun()).toBe(1);
  end();
  expect(await first).toBe(1);
  await settled();
  end();
  expect(await meanwhile).toEqual([2, undefined, undefined]);
  expect(begun()).toBe(2);
});

test('who asks for something else does not wait', async () => {
  const { ask, end, begun } = numbered();
  const both = Promise.all([ask('a'), ask('b')]);
  await settled();
  expect(begun()).toBe(2);
  end();
  end();
  expect(await both).toEqual([1, 2]);
});

test('a pass that fails is told to those who asked for it, and the next one goes on', async () => {
  const { ask, end } = numbered();
  const failed = Promise.allSettled([ask(), ask()]);
  await settled();
  const after = ask();
  end(new Error('Gone'));
  expect(await failed).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
  await settled();
  end();
  expect(await after).toBe(2);
});
