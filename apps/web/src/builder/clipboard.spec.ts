import type { Graph } from '@pelton/contract';
import { describe, expect, test } from 'vitest';
import { pasteSteps, readClipboard, toClipboard } from './clipboard';

const step = (id: string, inputs: Record<string, string> = {}) => ({ id, uses: 'core/filter', with: {}, inputs });
const note = { id: 'note-1', text: 'Mind', x: 8, y: 8, width: 160, height: 80, colour: 'plain' as const };
const graph: Graph = { steps: [step('a'), step('b', { rows: 'a' }), step('c', { rows: 'b.offer' })], layout: {} };
const places = { b: { x: 0, y: 0 }, c: { x: 0, y: 120 } };

function pasted(text: string, options: Parameters<typeof pasteSteps>[2] = {}, into = graph) {
  const copied = readClipboard(text);
  if ('code' in copied) throw new Error(copied.code);
  const result = pasteSteps(into, copied, options);
  if ('code' in result) throw new Error(result.code);
  return result;
}

describe('copied steps', () => {
  const text = toClipboard({ ...graph, notes: [note] }, ['b', 'c', 'note-1'], places);

  test('get ids of their own and keep the wires between them', () => {
    const { graph: next, ids } = pasted(text);
    expect(ids).toEqual(['filter', 'filter_2', 'note-1']);
    expect(next.steps.slice(3).map(({ id, inputs }) => [id, inputs])).toEqual([
      ['filter', {}],
      ['filter_2', { rows: 'filter.offer' }],
    ]);
    expect(next.layout).toEqual({ filter: { x: 32, y: 32 }, filter_2: { x: 32, y: 152 } });
    expect(next.notes).toEqual([{ ...note, x: 40, y: 40 }]);
  });

  test('lie where they are wanted', () => {
    expect(pasted(text, { at: { x: 500, y: 100 } }).graph.layout).toEqual({
      filter: { x: 500, y: 100 },
      filter_2: { x: 500, y: 220 },
    });
  });

  test('beside the old ones read what those read', () => {
    expect(pasted(text, { keeps: true }).graph.steps[3]?.inputs).toEqual({ rows: 'a' });
  });
});

test('the graph of a whole pipeline is read as well', () => {
  expect(pasted(JSON.stringify({ name: 'x', graph })).ids).toEqual(['filter', 'filter_2', 'filter_3']);
});

describe('a text that cannot be pasted', () => {
  test.each([
    ['SELECT 1', 'notJson', {}],
    ['{"pelton":"steps","steps":[]}', 'noSteps', {}],
    ['{"nodes":[]}', 'noSteps', {}],
  ])('%s', (text, code, facts) => {
    expect(readClipboard(text)).toEqual({ code, facts });
  });

  test('says which step and which field is wrong', () => {
    expect(readClipboard(JSON.stringify({ steps: [step('a'), { id: 'B!', uses: 'core/filter' }] }))).toEqual({
      code: 'wrongStep',
      facts: { at: 'steps.1.id', reason: 'Use small letters, digits and underscores, starting with a letter' },
    });
  });

  test('or that a pipeline holds no more', () => {
    const full = { steps: Array.from({ length: 499 }, (_, index) => step(`s${index}`)), layout: {} };
    const copied = readClipboard(toClipboard(graph, ['a', 'b'], {}));
    expect('steps' in copied && pasteSteps(full, copied)).toEqual({ code: 'tooMany', facts: { limit: 500 } });
  });
});
