import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { assignmentHash, type BucketRange, bucketRanges, chooseVariation } from './assignment.js';

test.each([
  ['seed', 'a', 0.0505],
  ['seed', 'b', 0.2696],
  ['foo', 'ab', 0.2575],
  ['foo', 'def', 0.2019],
  ['89123klj', '8952klfjas09ujkasdf', 0.124],
  ['90850943850283058242805', '123', 0.7516],
  ['()**(%$##$%#$#', '___)((*":&', 0.0128],
])('GrowthBook puts seed %s, user %s at %d', (seed, userId, hash) => {
  expect(assignmentHash(seed, userId)).toBe(hash);
});

describe('ranges', () => {
  test.each<[string, number, number[], BucketRange[]]>([
    [
      'even',
      1,
      [0.5, 0.5],
      [
        [0, 0.5],
        [0.5, 1],
      ],
    ],
    [
      'half covered',
      0.5,
      [0.5, 0.5],
      [
        [0, 0.25],
        [0.5, 0.75],
      ],
    ],
    [
      'nobody covered',
      0,
      [0.5, 0.5],
      [
        [0, 0],
        [0.5, 0.5],
      ],
    ],
    [
      'negative coverage',
      -0.2,
      [0.5, 0.5],
      [
        [0, 0],
        [0.5, 0.5],
      ],
    ],
    [
      'coverage above one',
      1.5,
      [0.5, 0.5],
      [
        [0, 0.5],
        [0.5, 1],
      ],
    ],
    [
      'uneven',
      1,
      [0.4, 0.6],
      [
        [0, 0.4],
        [0.4, 1],
      ],
    ],
    [
      'weights that do not add up to one',
      1,
      [0.7, 0.6],
      [
        [0, 0.5],
        [0.5, 1],
      ],
    ],
  ])('%s', (_name, coverage, weights, ranges) => {
    expect(bucketRanges(coverage, weights)).toEqual(ranges);
  });

  test('include their start and not their end', () => {
    const ranges: BucketRange[] = [
      [0, 0.25],
      [0.5, 0.75],
    ];
    expect([0, 0.2, 0.25, 0.5, 0.75].map((hash) => chooseVariation(hash, ranges))).toEqual([0, 0, -1, 1, -1]);
  });

  test('raising the coverage moves nobody who takes part already', () => {
    const users = Array.from({ length: 2000 }, (_, index) => assignmentHash('winback', `u${index}`));
    const few = users.map((hash) => chooseVariation(hash, bucketRanges(0.2, [0.3, 0.7])));
    const many = users.map((hash) => chooseVariation(hash, bucketRanges(0.6, [0.3, 0.7])));
    expect(few.filter((variation, index) => variation !== -1 && variation !== many[index])).toEqual([]);
    expect(few.filter((variation) => variation !== -1).length).toBeGreaterThan(300);
  });
});

interface Cases {
  hash: [seed: string, value: string, version: number, expected: number | null][];
  getBucketRange: [
    name: string,
    [count: number, coverage: number, weights: number[] | null],
    expected: BucketRange[],
  ][];
  chooseVariation: [name: string, hash: number, ranges: BucketRange[], expected: number][];
}
const file = new URL('../../../../shared/datasets/growthbook-sdk/cases.json', import.meta.url);

describe.skipIf(!existsSync(file))(
  "GrowthBook's own cases (passed over where datasets/growthbook-sdk is not beside the project)",
  () => {
    const cases = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Cases) : undefined;

    test('hash, version 2', () => {
      const second = cases?.hash.filter(([, , version]) => version === 2) ?? [];
      expect(second).toHaveLength(7);
      for (const [seed, value, , expected] of second) expect(assignmentHash(seed, value)).toBe(expected);
    });

    test('bucket ranges, save those of weights that are not one per variation', () => {
      const fitting =
        cases?.getBucketRange.filter(([, [count, , weights]]) => !weights || weights.length === count) ?? [];
      expect(fitting).toHaveLength(12);
      for (const [, [count, coverage, weights], expected] of fitting) {
        const ranges = bucketRanges(coverage, weights ?? Array.from({ length: count }, () => 1 / count));
        ranges.flat().forEach((edge, index) => expect(edge).toBeCloseTo(expected.flat()[index] ?? Number.NaN, 10));
      }
    });

    test('choice of a variation', () => {
      for (const [, hash, ranges, expected] of cases?.chooseVariation ?? [])
        expect(chooseVariation(hash, ranges)).toBe(expected);
    });
  },
);
