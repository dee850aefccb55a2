import { describe, expect, test } from 'vitest';
import { leftAfter, nextOf, type Standing } from './run-progress.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const WAITS = { rows: [], store: ['rows'], tag: ['store'], alarm: ['store'] };

/** rows → store → tag, and an alarm that is wired to the error of the store. */
function standing(states: Record<string, Standing['steps'][number]['state']>, more: Partial<Standing> = {}): Standing {
  const steps = Object.entries(states).map(([id, state]) => ({ id, uses: `core/${id}`, state }));
  return { state: 'running', waits: WAITS, handles: { alarm: ['store'] }, steps, ...more };
}
const next = (...args: Parameters<typeof standing>) => nextOf(standing(...args), NOW, () => false);

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
      {
        state: 'running',
        waits: {},
        steps: [{ id: 'rows', uses: 'core/rows', state: 'waiting', retry: { at: new Date(at), waitMs } }],
      },
      NOW,
      () => false,
    ).ready;

  test('waits for its pause', () => {
    expect(waits('2026-11-22T12:00:05Z', 10_000)).toEqual([]);
    expect(waits('2026-11-22T11:59:59Z', 10_000)).toEqual(['rows']);
  });

  test('waits no longer when the clock was set back', () => {
    expect(waits('2026-11-22T13:00:05Z', 10_000)).toEqual(['rows']);
  });
});

describe('where users wait', () => {
  /** split → wait → merge → mail, split → merge, and wait → list. */
  const waits = { split: [], wait: ['split'], merge: ['split', 'wait'], mail: ['merge'], list: ['wait'] };
  type Step = Standing['steps'][number];
  const nextAfter = (states: Record<string, Partial<Step>>) => {
    const steps = Object.keys(waits).map((id): Step => ({ id, uses: `core/${id}`, state: 'waiting', ...states[id] }));
    const { ready, skipped } = nextOf({ state: 'running', waits, steps }, NOW, (uses) => uses === 'core/merge');
    return { ready, skipped };
  };
  const done = { state: 'done' } as const;
  const skipped = { state: 'skipped' } as const;

  test('nothing comes to the steps after, but a merge goes on with the others', () => {
    expect(nextAfter({ split: done, wait: { ...done, waiting: 2 } })).toEqual({ ready: ['merge'], skipped: ['list'] });
    expect(nextAfter({ split: done, wait: { ...done, waiting: 0 }, list: skipped })).toEqual({
      ready: ['merge'],
      skipped: [],
    });
  });

  test('a merge waits while something may come, and is skipped when nothing did', () => {
    expect(nextAfter({ split: done, wait: { state: 'running' } })).toEqual({ ready: [], skipped: [] });
    expect(nextAfter({ split: skipped, wait: skipped, list: skipped })).toEqual({ ready: [], skipped: ['merge'] });
  });

  test('a failure stops all that come after it, merges too', () => {
    expect(nextAfter({ split: done, wait: { state: 'failed' } })).toEqual({ ready: [], skipped: ['merge', 'list'] });
  });
});

describe('the step that follows the end of others', () => {
  const ROWS = [{ id: 'rows' }];
  type States = Parameters<typeof standing>[0];
  const left = (states: States, done: Parameters<typeof leftAfter>[1], tried: Record<string, object> = {}) => {
    const run = standing(states);
    const steps = run.steps.map((step) => ({ ...step, attempt: 0, ...tried[step.id] }));
    return leftAfter({ ...run, steps }, done, () => false);
  };

  test('is one that only waited for them', () => {
    expect(left({ rows: 'running', store: 'waiting', tag: 'waiting' }, ROWS)).toEqual({
      follower: 'store',
      isLast: false,
    });
    const readThrough = [{ id: 'rows' }, { id: 'store' }];
    expect(left({ rows: 'waiting', store: 'running', tag: 'waiting' }, readThrough).follower).toBe('tag');
  });

  test('is none that waits for others, was tried before, or comes after users who wait', () => {
    expect(left({ rows: 'running', store: 'running', tag: 'waiting' }, ROWS).follower).toBeUndefined();
    expect(left({ rows: 'running', store: 'waiting' }, ROWS, { store: { attempt: 1 } }).follower).toBeUndefined();
    expect(left({ rows: 'running', store: 'waiting' }, [{ id: 'rows', waiting: 3 }]).follower).toBeUndefined();
  });

  test('is none while some are to be skipped, or where a process died at the one before', () => {
    expect(
      left({ rows: 'done', store: 'running', tag: 'waiting', alarm: 'waiting' }, [{ id: 'store' }]).follower,
    ).toBeUndefined();
    expect(left({ rows: 'running', store: 'waiting' }, ROWS, { rows: { deaths: 1 } }).follower).toBeUndefined();
  });

  test('is none when all are done, which is told', () => {
    expect(left({ rows: 'done', store: 'running' }, [{ id: 'store' }])).toEqual({ follower: undefined, isLast: true });
    expect(left({ rows: 'failed', store: 'running' }, [{ id: 'store' }]).isLast).toBe(false);
  });
});
