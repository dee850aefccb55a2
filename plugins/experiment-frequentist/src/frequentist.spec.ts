import { readFileSync } from 'node:fs';
import type { ArmStatistics } from '@pelton/sdk';
import { checkConformance } from '@pelton/sdk/testing';
import { describe, expect, test } from 'vitest';
import { frequentist } from './frequentist.js';
import plugin from './index.js';

const share = (variation: string, users: number, sum: number): ArmStatistics => ({
  variation,
  users,
  sum,
  sumSquares: sum,
});
const mean = { type: 'mean', inverse: false } as const;
const proportion = { type: 'proportion', inverse: false } as const;
const analyze = async (argument: Parameters<typeof frequentist.calls.analyze>[0]) =>
  frequentist.calls.analyze(argument);

test('the plugin conforms', () => {
  const packageJson: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(checkConformance(plugin, packageJson)).toEqual([]);
});

describe('a share', () => {
  const arms = [share('plain', 1000, 200), share('offer', 1000, 240)];

  test('that is clearly higher reads better, with every number there', async () => {
    const analysis = await analyze({ arms, question: proportion, params: {} });
    expect(analysis.warnings).toEqual([]);
    expect(analysis.alpha).toBe(0.05);
    expect(analysis.method).toBe(
      "Two-proportion test, unpooled variances p(1 − p), Welch's degrees of freedom; two-sided, 95 % intervals, lift by the delta method. For one reading at the planned size.",
    );
    const [control, offer] = analysis.arms;
    expect(control).toEqual({
      variation: 'plain',
      users: 1000,
      mean: 0.2,
      effect: null,
      interval: null,
      lift: null,
      liftInterval: null,
      pValue: null,
      reading: 'control',
    });
    expect(offer).toMatchObject({ variation: 'offer', users: 1000, mean: 0.24, reading: 'better' });
    expect(offer?.effect).toBeCloseTo(0.04, 12);
    expect(offer?.lift).toBeCloseTo(0.2, 12);
    expect(offer?.pValue).toBeCloseTo(0.0307611, 6);
    expect(offer?.interval?.map((edge) => edge.toFixed(4))).toEqual(['0.0037', '0.0763']);
    expect(offer?.liftInterval?.map((edge) => edge.toFixed(3))).toEqual(['0.001', '0.399']);
  });

  test('where lower is better reads worse', async () => {
    const { arms: results } = await analyze({ arms, question: { type: 'proportion', inverse: true }, params: {} });
    expect(results[1]?.reading).toBe('worse');
  });

  test('that is lower, where lower is better, reads better', async () => {
    const question = { type: 'proportion', inverse: true } as const;
    const { arms: results } = await analyze({ arms: arms.toReversed(), question, params: {} });
    expect(results[1]?.reading).toBe('better');
  });

  test('is not clear at a stricter level', async () => {
    const { arms: results, method } = await analyze({ arms, question: proportion, params: { alpha: 0.01 } });
    expect(results[1]?.reading).toBe('not-clear');
    expect(method).toContain('99 % intervals');
  });

  test('of which hardly anybody counts is too few, however many users there are', async () => {
    const rare = [share('plain', 1000, 0), share('offer', 1000, 4)];
    const analysis = await analyze({ arms: rare, question: proportion, params: {} });
    expect(analysis.arms[1]).toMatchObject({ reading: 'too-few', mean: 0.004, pValue: null, interval: null });
    expect(analysis.warnings).toEqual(['Too few users of plain and offer count, or too few do not, to test a share.']);
  });

  test('over a control of zero has a test but no lift, and says so', async () => {
    const analysis = await analyze({
      arms: [share('plain', 1000, 0), share('offer', 1000, 50)],
      question: proportion,
      params: {},
    });
    expect(analysis.arms[1]).toMatchObject({ reading: 'better', lift: null, liftInterval: null });
    expect(analysis.warnings).toEqual(['The value of plain is zero, so a change cannot be given in percent.']);
  });
});

describe('a mean', () => {
  test("agrees with R's t.test on Student's sleep data", async () => {
    const arms = [
      { variation: 'second', users: 10, sum: 23.3, sumSquares: 90.37 },
      { variation: 'first', users: 10, sum: 7.5, sumSquares: 34.43 },
    ];
    const { arms: results } = await analyze({ arms, question: mean, params: {} });
    expect(results[1]?.pValue).toBeCloseTo(0.07939, 5);
    expect(results[1]?.interval?.map((edge) => edge.toFixed(4))).toEqual(['-3.3655', '0.2055']);
    expect(results[1]?.reading).toBe('not-clear');
  });

  test.each([
    [0, 'offer has 0 users; it is judged from 8 on.', null],
    [1, 'offer has 1 user; it is judged from 8 on.', 2],
    [7, 'offer has 7 users; it is judged from 8 on.', 2],
  ])('of %d users is too few to judge', async (users, warning, value) => {
    const arms = [
      { variation: 'plain', users: 50, sum: 60, sumSquares: 100 },
      { variation: 'offer', users, sum: users * 2, sumSquares: users * 5 },
    ];
    const analysis = await analyze({ arms, question: mean, params: {} });
    expect(analysis.warnings).toEqual([warning]);
    expect(analysis.arms[1]).toMatchObject({ users, mean: value, reading: 'too-few', pValue: null, interval: null });
  });

  test('that is the same for everybody cannot be tested', async () => {
    const arms = ['plain', 'offer'].map((variation) => ({ variation, users: 20, sum: 20, sumSquares: 20 }));
    const analysis = await analyze({ arms, question: mean, params: {} });
    expect(analysis.arms[1]).toMatchObject({ effect: 0, lift: 0, pValue: null, reading: 'not-clear' });
    expect(analysis.warnings).toEqual([
      'All users of plain and offer have the same value, so there is nothing to test.',
    ]);
  });
});

describe('a ratio', () => {
  const arm = (variation: string, sum: number): ArmStatistics => ({
    variation,
    users: 100,
    sum,
    sumSquares: sum ** 2 / 50,
    denominatorSum: 200,
    denominatorSumSquares: 500,
    sumProducts: sum * 2.2,
  });

  test('divides the sums', async () => {
    const { arms } = await analyze({
      arms: [arm('plain', 4000), arm('offer', 4400)],
      question: { type: 'ratio', inverse: false },
      params: {},
    });
    expect(arms.map(({ mean }) => mean)).toEqual([20, 22]);
    expect(arms[1]?.lift).toBeCloseTo(0.1, 12);
  });

  test('without the sums of its denominator is refused', async () => {
    const arms = [share('plain', 100, 10), share('offer', 100, 10)];
    await expect(analyze({ arms, question: { type: 'ratio', inverse: false }, params: {} })).rejects.toThrow(
      'offer: a ratio needs denominatorSum, denominatorSumSquares and sumProducts',
    );
  });

  test('without any denominator has no value yet', async () => {
    const none = { users: 100, sum: 0, sumSquares: 0, denominatorSum: 0, denominatorSumSquares: 0, sumProducts: 0 };
    const analysis = await analyze({
      arms: [
        { variation: 'plain', ...none },
        { variation: 'offer', ...none },
      ],
      question: { type: 'ratio', inverse: false },
      params: {},
    });
    expect(analysis.arms[1]).toMatchObject({ mean: null, effect: null, reading: 'too-few' });
    expect(analysis.warnings).toEqual(['Nothing has happened yet that plain and offer could be compared by.']);
  });
});

describe('several arms', () => {
  const arms = [share('plain', 1000, 200), share('offer', 1000, 240), share('call', 1000, 245)];

  test('are corrected by Holm, and the method says so', async () => {
    const { arms: results, method } = await analyze({ arms, question: proportion, params: {} });
    expect(results[2]?.pValue).toBeCloseTo(2 * 0.0154899, 6);
    expect(results[1]?.pValue).toBe(results[2]?.pValue);
    expect(method).toContain('P-values corrected for 2 comparisons by Holm, intervals not.');
  });

  test('are not corrected when a person says so', async () => {
    const { arms: results } = await analyze({ arms, question: proportion, params: { correction: 'none' } });
    expect(results[2]?.pValue).toBeCloseTo(0.0154899, 6);
  });

  test('are corrected only for those that can be tested', async () => {
    const { method } = await analyze({
      arms: [...arms.slice(0, 2), share('call', 3, 1)],
      question: proportion,
      params: {},
    });
    expect(method).not.toContain('Holm');
  });
});

describe('the sizes of the arms', () => {
  test.each([
    [[549, 548], [0.5, 0.5], true, 'The arms have the planned sizes (p = 0.98).'],
    [
      [821_588, 815_482],
      [0.5, 0.5],
      false,
      'The arms do not have the planned sizes (p < 0.0001). Find out how users are lost or doubled before trusting any result.',
    ],
    [[310, 98], [0.75, 0.25], true, 'The arms have the planned sizes (p = 0.65).'],
    [
      [40, 0],
      [0.5, 0.5],
      false,
      'The arms do not have the planned sizes (p < 0.0001). Find out how users are lost or doubled before trusting any result.',
    ],
    [[15, 0], [0.5, 0.5], true, 'Too few users to check: each arm should have 8 by plan.'],
    [[0, 0], [0.5, 0.5], true, 'Too few users to check: each arm should have 8 by plan.'],
  ])('%j for weights %j', async (users, weights, passes, note) => {
    const arms = users.map((count, index) => ({ users: count, weight: weights[index] ?? 0 }));
    expect(await frequentist.calls.checkRatio({ arms, params: {} })).toMatchObject({ passes, note });
  });
});

test('a parameter that does not fit is named', async () => {
  await expect(analyze({ arms: [], question: mean, params: { alpha: 2 } })).rejects.toMatchObject({
    code: 'PARAM_INVALID',
    facts: { field: 'alpha' },
  });
});
