import { describe, expect, test } from 'vitest';
import { nextOf, type Standing } from './run-progress.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const WAITS = { rows: [], store: ['rows'], tag: ['store'], alarm: ['store'] };

/** rows → store → tag, and an alarm that is wired to the error of the store. */
function standing(states: Record<string, Standing['steps'][number]['state']>, more: Partial<Standing> = {}): Standing {
  const steps = Object.entries(states).map(([id, state]) => ({ id, state }));
  return { state: 'running', waits: WAITS, handles: { alarm: ['store'] }, steps, ...more };
}
const next = (...args: Parameters<typeof standing>) => nextOf(standing(...args), NOW);

describe('what happens next in a run', () => {
  test('a step begins when all before it are done', () => {
    expect(next({ rows: 'done', store: 'waiting', tag: 'waiting', alarm: 'waiting' })).toEqual({
      ready: ['store'],
      skipped: [],
      end: undefined,
    });
  });

  test('what is wired to an error does not run when all went well', () => {
    expect(next({ rows: 'done', store: 'done', tag: 'waiting', alarm: 'waiting' })).toEqual({
      ready: ['tag'],
      skipped: ['alarm'],
      end: undefined,
    });
  });

  test('after a failure only what is wired to its error runs, and the run has not failed', () => {
    expect(next({ rows: 'done', store: 'failed', tag: 'waiting', alarm: 'waiting' })).toEqual({
      ready: ['alarm'],
      skipped: ['tag'],
      end: undefined,
    });
    expect(next({ rows: 'done', store: 'failed', tag: 'skipped', alarm: 'done' }).end).toBe('done');
  });

  test('a failure that nobody takes fails the run', () => {
    const alone = { waits: { ...WAITS, alarm: [] }, handles: {} };
    expect(next({ rows: 'done', store: 'failed', tag: 'waiting', alarm: 'done' }, alone).skipped).toEqual(['tag']);
    expect(next({ rows: 'done', store: 'failed', tag: 'skipped', alarm: 'done' }, alone).end).toBe('failed');
  });

  test('what comes after a skipped step is skipped too, also what waits for its error', () => {
    expect(next({ rows: 'failed', store: 'skipped', tag: 'waiting', alarm: 'waiting' }).skipped).toEqual([
      'tag',
      'alarm',
    ]);
  });
});

describe('a step that is tried again', () => {
  const waits = (at: string, waitMs: number) =>
    nextOf(
      { state: 'running', waits: {}, steps: [{ id: 'rows', state: 'waiting', retry: { at: new Date(at), waitMs } }] },
      NOW,
    ).ready;

  test('waits for its pause', () => {
    expect(waits('2026-11-22T12:00:05Z', 10_000)).toEqual([]);
    expect(waits('2026-11-22T11:59:59Z', 10_000)).toEqual(['rows']);
  });

  test('waits no longer when the clock was set back', () => {
    expect(waits('2026-11-22T13:00:05Z', 10_000)).toEqual(['rows']);
  });
});
