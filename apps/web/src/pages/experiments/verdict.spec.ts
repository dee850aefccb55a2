import type { ArmResult, ExperimentResults } from '@pelton/contract';
import { describe, expect, test } from 'vitest';
import { checksOf } from './checks';
import { type MetricResult, otherReadings, verdictOf } from './verdict';

const arm = (variation: string, reading: ArmResult['reading'], effect: number | null = null): ArmResult => ({
  variation,
  users: 100,
  mean: 0.1,
  effect,
  interval: null,
  lift: null,
  liftInterval: null,
  pValue: null,
  reading,
});
const metric = (title: string, arms: ArmResult[], more: Partial<MetricResult> = {}): MetricResult => ({
  metric: title.toLowerCase(),
  title,
  role: 'goal',
  windowDays: 14,
  unit: '',
  percent: false,
  inverse: false,
  matured: { plain: 100, offer: 100 },
  analysis: { arms, alpha: 0.05, method: '', warnings: [] },
  sql: '',
  ...more,
});
const results = (metrics: MetricResult[], more: Partial<ExperimentResults> = {}): ExperimentResults => ({
  asOf: '2026-11-20T00:00:00Z',
  startedAt: '2026-10-20T00:00:00Z',
  arms: [
    { variation: 'plain', title: 'Plain', weight: 0.5, users: 100 },
    { variation: 'offer', title: 'Offer', weight: 0.5, users: 100 },
  ],
  ratio: { pValue: 0.9, passes: true, note: '' },
  both: 0,
  metrics,
  ms: 1,
  ...more,
});

describe('the verdict', () => {
  test('of several arms that are better names the best', () => {
    const goal = metric('Orders', [arm('plain', 'control'), arm('a', 'better', 0.1), arm('b', 'better', 0.3)]);
    expect(verdictOf(results([goal]))).toMatchObject({ kind: 'better', arm: { variation: 'b' } });
  });

  test('where lower is better the lowest is the best', () => {
    const goal = metric('Spam', [arm('plain', 'control'), arm('a', 'better', -0.1), arm('b', 'better', -0.3)], {
      inverse: true,
    });
    expect(verdictOf(results([goal]))).toMatchObject({ kind: 'better', arm: { variation: 'b' } });
  });

  test('is not worse while another arm may still be better', () => {
    const goal = metric('Orders', [arm('plain', 'control'), arm('a', 'worse', -0.1), arm('b', 'not-clear', 0.01)]);
    expect(verdictOf(results([goal]))).toMatchObject({ kind: 'not-clear', arm: { variation: 'b' } });
  });

  test('is none when the arms have the wrong sizes, whatever the goal says', () => {
    const goal = metric('Orders', [arm('plain', 'control'), arm('offer', 'better', 0.1)]);
    expect(verdictOf(results([goal], { ratio: { pValue: 0.0001, passes: false, note: '' } }))).toEqual({
      kind: 'unbalanced',
    });
  });

  test('waits for the first window, for people, for a goal', () => {
    const goal = metric('Orders', [arm('plain', 'control'), arm('offer', 'too-few')], {
      matured: { plain: 0, offer: 0 },
    });
    expect(verdictOf(results([goal])).kind).toBe('maturing');
    expect(verdictOf(results([{ ...goal, role: 'guardrail' }])).kind).toBe('no-goal');
    const nobody = results([goal]).arms.map((item) => ({ ...item, users: 0 }));
    expect(verdictOf(results([goal], { arms: nobody })).kind).toBe('nobody');
  });
});

test('the other metrics are told by what they say about the same arm', () => {
  const goal = metric('Orders', [arm('plain', 'control'), arm('offer', 'better', 0.1)]);
  const all = results([
    goal,
    metric('Revenue', [arm('plain', 'control'), arm('offer', 'not-clear')], { role: 'secondary' }),
    metric('Spam', [arm('plain', 'control'), arm('offer', 'worse')], { role: 'guardrail' }),
  ]);
  expect(otherReadings(all, { metric: goal, arm: arm('offer', 'better') })).toEqual([
    { reading: 'worse', titles: ['Spam'] },
    { reading: 'not-clear', titles: ['Revenue'] },
  ]);
});

test('the checks count people whose window is over and guardrails that hold', () => {
  const goal = metric('Orders', [arm('plain', 'control'), arm('offer', 'better', 0.1)], {
    matured: { plain: 80, offer: 90 },
  });
  const guard = metric('Spam', [arm('plain', 'control'), arm('offer', 'worse')], { role: 'guardrail' });
  expect(checksOf(results([goal, guard]))).toEqual([
    { name: 'ratio', state: 'ok', facts: {} },
    { name: 'both', state: 'ok', facts: { count: 0, of: 200 } },
    { name: 'matured', state: 'warn', facts: { count: 170, of: 200, days: 14 } },
    { name: 'guardrails', state: 'bad', facts: { count: 0, of: 1 } },
  ]);
});
