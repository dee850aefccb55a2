import type { Step } from '@pelton/contract';
import { expect, test } from 'vitest';
import type { Reading } from '../steps/step-kind.js';
import { readBy, readThrough, waitsPast } from './read-through.js';

/** `c<a,b` is a step c with wires from a and b; its first letter says how it reads. */
function chain(...texts: string[]): Step[] {
  return texts.map((text) => {
    const [id = '', from = ''] = text.split('<');
    const inputs = Object.fromEntries(
      from
        .split(',')
        .filter(Boolean)
        .map((ref, index) => [`in${index}`, ref]),
    );
    return { id, uses: id, with: {}, inputs };
  });
}
const READINGS: Record<string, Reading> = { f: 'flows', k: 'kept', o: 'reads-once', a: 'acts' };
const throughOf = (...texts: string[]) => [
  ...readThrough(chain(...texts), ({ id }) => READINGS[id[0] ?? ''] ?? 'acts'),
];

test('steps that flow are read through by whatever comes after them, and the last one runs', () => {
  expect(throughOf('a1', 'f1<a1', 'f2<f1', 'f3<f2')).toEqual(['f1', 'f2']);
  expect(throughOf('a1', 'f1<a1', 'a2<f1', 'a3<f1')).toEqual(['f1']);
});

test('a step that is kept is read through where one statement reads it', () => {
  expect(throughOf('a1', 'k1<a1', 'f1<k1', 'o1<f1')).toEqual(['k1', 'f1']);
  expect(throughOf('a1', 'k1<a1', 'f1<k1', 'k2<f1')).toEqual(['k1', 'f1']);
});

test('but not where it would be computed twice', () => {
  expect(throughOf('a1', 'k1<a1', 'a2<k1')).toEqual([]); // looks at its input as often as it likes
  expect(throughOf('a1', 'k1<a1', 'f1<k1')).toEqual([]); // counted and sampled
  expect(throughOf('a1', 'k1<a1', 'o1<k1', 'o2<k1')).toEqual([]);
  expect(throughOf('a1', 'k1<a1', 'k2<k1,k1')).toEqual([]); // a join with itself
});

test('who runs waits for those that run', () => {
  const waits = { a1: [], f1: ['a1'], f2: ['f1', 'a2'], a2: [], o1: ['f2', 'a1'] };
  expect(waitsPast(waits, new Set(['f1', 'f2']))['o1']).toEqual(['a1', 'a2']);
});

test('a step is at work while one that reads through it runs', () => {
  const steps = chain('a1', 'f1<a1', 'f2<f1', 'o1<f2', 'f3<a1', 'o2<f3');
  const runs = steps.map(({ id }) => ({
    id,
    state: id === 'o1' ? ('running' as const) : ('waiting' as const),
    readThrough: id.startsWith('f'),
  }));
  expect([...readBy(['running'], { graph: { steps }, steps: runs })].toSorted()).toEqual(['f1', 'f2']);
});
