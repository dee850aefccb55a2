import type { RunState } from '@pelton/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { MetricsService } from '../metrics/metrics.service.js';
import { AlertStarter } from './alert-starter.service.js';
import { FollowStarter } from './follow-starter.service.js';
import { ScheduleStarter } from './schedule-starter.service.js';
import { openTriggers, StartedRuns, type TestTriggers } from './testing/open-triggers.js';

const BEGUN = new Date('2026-03-01T00:00:00Z');
const HOUR = 3_600_000;
const after = (hours: number) => new Date(BEGUN.getTime() + hours * HOUR);

let triggers: TestTriggers;
let started: StartedRuns;
beforeAll(async () => {
  triggers = await openTriggers();
});
afterAll(() => triggers.close());
beforeEach(() => {
  started = new StartedRuns();
});

describe('a schedule', () => {
  async function look(name: string, now: Date): Promise<void> {
    const pipeline = await triggers.find(name);
    const trigger = pipeline.trigger?.trigger;
    if (trigger?.kind !== 'schedule' || (pipeline.trigger?.nextAt ?? now) > now) return;
    await new ScheduleStarter(triggers.pipelines, started.asService()).startDue(pipeline, trigger, now);
  }
  const daily = { kind: 'schedule', cron: '0 6 * * *', timezone: 'UTC' };

  test('starts one run a time, however many clocks look', async () => {
    await triggers.publish('daily', daily, BEGUN);
    for (let hour = 1; hour <= 72; hour++)
      await Promise.all([look('daily', after(hour)), look('daily', after(hour)), look('daily', after(hour))]);
    expect(started.all.map((run) => run.cause.by)).toEqual([
      '2026-03-01T06:00:00.000Z',
      '2026-03-02T06:00:00.000Z',
      '2026-03-03T06:00:00.000Z',
    ]);
  });

  test('that was due when its process was killed starts once, before or after the run was there', async () => {
    await triggers.publish('killed', daily, BEGUN);
    started.dieBeforeNext();
    await expect(look('killed', after(6))).rejects.toThrow('Killed');
    await look('killed', after(6.1));
    expect(started.all).toHaveLength(1);
    // Killed when the run was there and the clock was not moved on.
    await triggers.pipelines.updateOne({ name: 'killed' }, { $set: { 'trigger.nextAt': after(6) } });
    await look('killed', after(6.2));
    expect(started.all).toHaveLength(1);
  });

  test('runs each missed time as of that time when it says so', async () => {
    await triggers.publish('each', { ...daily, missed: 'run-each' }, BEGUN);
    await look('each', after(60));
    expect(started.all.map((run) => run.asOf?.toISOString())).toEqual([
      '2026-03-01T06:00:00.000Z',
      '2026-03-02T06:00:00.000Z',
      '2026-03-03T06:00:00.000Z',
    ]);
  });
});

describe('the end of another pipeline’s run', () => {
  const followers = () => new FollowStarter(triggers.pipelines, triggers.runs, started.asService());
  async function end(id: string, pipeline: string, state: RunState, finishedAt: Date): Promise<void> {
    const run = { projectId: 'p', pipeline, state, finishedAt, endUntold: true };
    await triggers.runs.collection.replaceOne({ _id: id as never }, run, { upsert: true });
  }

  test('starts those that come after that end, each once', async () => {
    await triggers.publish('on-done', { kind: 'after', pipeline: 'load' }, BEGUN);
    await triggers.publish('on-failed', { kind: 'after', pipeline: 'load', on: 'failed' }, BEGUN);
    await triggers.publish('later', { kind: 'after', pipeline: 'load' }, after(10));
    await end('a', 'load', 'done', after(1));
    await end('b', 'load', 'failed', after(2));
    await end('c', 'other', 'done', after(3));
    await end('d', 'load', 'running', after(4));
    await Promise.all([followers().tellEnds(), followers().tellEnds()]);
    await followers().tellEnds();
    expect(started.all.map((run) => run.cause)).toEqual([
      { kind: 'pipeline', by: 'a' },
      { kind: 'pipeline', by: 'b' },
    ]);
    expect(await triggers.project.admin.rows(started.all[0]!.rows.sql)).toEqual([
      { pipeline: 'load', run_id: 'a', state: 'done', finished_at: '2026-03-01T01:00:00.000Z' },
    ]);
  });

  test('is told again to those who were not started when its process was killed', async () => {
    await end('e', 'load', 'failed', after(5));
    started.dieBeforeNext();
    await expect(followers().tellEnds()).rejects.toThrow('Killed');
    await followers().tellEnds();
    expect(started.all.map((run) => run.cause.by)).toEqual(['e']);
  });

  test('a run that fails, goes on and is done has two ends', async () => {
    await end('f', 'load', 'failed', after(6));
    await followers().tellEnds();
    await end('f', 'load', 'done', after(7));
    await followers().tellEnds();
    expect(
      started.all.map(
        (run) => run.rows.sql.parts.find((part) => typeof part === 'object' && part.value === 'done') !== undefined,
      ),
    ).toEqual([false, true]);
  });
});

describe('an alert', () => {
  async function look(name: string, now: Date, value: number): Promise<void> {
    const points = [{ period: '2026-03-01T00:00:00.000Z', value, complete: true }];
    const metrics = { values: () => Promise.resolve({ kind: 'series', points }) } as unknown as MetricsService; // its values alone
    const pipeline = await triggers.find(name);
    const trigger = pipeline.trigger?.trigger;
    if (trigger?.kind === 'alert')
      await new AlertStarter(triggers.pipelines, metrics, started.asService()).look(pipeline, trigger, now);
  }

  test('fires when the metric crosses the threshold, not while it stays beyond', async () => {
    const look24 = { cron: '0 * * * *', timezone: 'UTC' };
    await triggers.publish(
      'alert',
      { kind: 'alert', metric: 'revenue', is: 'above', threshold: 100, look: look24 },
      BEGUN,
    );
    for (const [hour, value] of [120, 130, 90, 110, 111, 100, 101].entries())
      await Promise.all([look('alert', after(hour + 1), value), look('alert', after(hour + 1), value)]);
    const rows = await Promise.all(started.all.map((run) => triggers.project.admin.row(run.rows.sql)));
    expect(rows).toEqual(
      [110, 101].map((value) => ({
        metric: 'revenue',
        period: '2026-03-01T00:00:00.000Z',
        value,
        before: null,
        threshold: 100,
      })),
    );
    expect((await triggers.find('alert')).trigger?.alert).toEqual({ isOver: true, value: 101, lookedAt: after(7) });
  });
});
