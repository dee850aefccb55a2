import { expect, test } from 'vitest';
import { SoloGate } from './solo-gate.js';

test('work that has to be alone waits for what is inside, and what comes later waits for it', async () => {
  const gate = new SoloGate();
  const order: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    order.push(name);
    return new Promise<void>((end) => ends.set(name, end));
  };
  const end = async (name: string) => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const all = [gate.pass(false, work('a')), gate.pass(false, work('b')), gate.pass(true, work('alone'))];
  all.push(gate.pass(false, work('c')), gate.pass(false, work('d')));
  await end('');
  expect(order).toEqual(['a', 'b']);
  await end('a');
  expect(order).toEqual(['a', 'b']);
  await end('b');
  expect(order).toEqual(['a', 'b', 'alone']);
  await end('alone');
  expect(order).toEqual(['a', 'b', 'alone', 'c', 'd']);
  await end('c');
  await end('d');
  await Promise.all(all);
});

test('a failure inside lets the next one in', async () => {
  const gate = new SoloGate();
  await expect(gate.pass(true, () => Promise.reject(new Error('broke')))).rejects.toThrow('broke');
  expect(await gate.pass(false, () => Promise.resolve('in'))).toBe('in');
});
