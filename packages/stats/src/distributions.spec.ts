import { expect, test } from 'vitest';
import { chiSquaredTail, normalCdf, normalQuantile, studentCdf, studentQuantile } from './distributions.js';

// Reference values: SciPy 1.17.1, scipy.stats.norm, t and chi2.

test.each([
  [-8, 6.220960574271784e-16],
  [-1.959963984540054, 0.025],
  [0, 0.5],
  [5, 0.9999997133484281],
])('normal probability below %d', (x, probability) => {
  expect(normalCdf(x)).toBeCloseTo(probability, 12);
});

test.each([
  [1e-10, -6.361340902404057],
  [0.8, 0.8416212335729144],
  [0.975, 1.9599639845400538],
])('normal quantile of %d', (probability, x) => {
  expect(normalQuantile(probability)).toBeCloseTo(x, 7);
});

test.each([
  [-2, 3, 0.0696629842794216],
  [0.3, 1, 0.5927735790777423],
  [4, 2.5, 0.9804935120793409],
  [1.96, 1_000_000, 0.9750019662073651],
])("Student's t probability below %d with %d degrees of freedom", (x, degreesOfFreedom, probability) => {
  expect(studentCdf(x, degreesOfFreedom)).toBeCloseTo(probability, 10);
});

test.each([
  [0.975, 1, 12.706204736174692],
  [0.995, 29.3, 2.7544201716102625],
  [0.975, 5820.4, 1.96037164659727],
  [0.001, 4.5, -6.421242884295792],
])("Student's t quantile of %d with %d degrees of freedom", (probability, degreesOfFreedom, x) => {
  expect(studentQuantile(probability, degreesOfFreedom)).toBeCloseTo(x, 8);
});

test.each([
  [3.841458820694124, 1, 0.05],
  [0.5, 2, 0.7788007830714049],
  [200, 100, 1.1784500720979422e-8],
])('chi-squared tail above %d with %d degrees of freedom', (x, degreesOfFreedom, probability) => {
  expect(chiSquaredTail(x, degreesOfFreedom)).toBeCloseTo(probability, 13);
});
