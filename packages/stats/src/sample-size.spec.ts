import { expect, test } from 'vitest';
import { powerOfTest, usersPerArm } from './sample-size.js';

test("20 % and 5 points more at 80 % power take 1,030 users per arm, as Evan Miller's calculator says", () => {
  const users = usersPerArm({ control: 0.2, treatment: 0.25, alpha: 0.05, power: 0.8 });
  expect(Math.round(users)).toBe(1030);
  expect(users).toBeCloseTo(1030.2192831104596, 8);
});

test('10 % and 2 points more take 3,623', () => {
  expect(usersPerArm({ control: 0.1, treatment: 0.12, alpha: 0.05, power: 0.8 })).toBeCloseTo(3622.6163992757115, 8);
});

test("50 % against 75 % at 90 % power takes 76.7, as R's power.prop.test says", () => {
  const plan = { control: 0.5, treatment: 0.75, alpha: 0.05, nullShare: 'pooled' } as const;
  expect(usersPerArm({ ...plan, power: 0.9 })).toBeCloseTo(76.70692845177753, 5);
});

test('a decrease takes as many as the same increase from the same control variance', () => {
  expect(usersPerArm({ control: 0.5, treatment: 0.4, alpha: 0.05, power: 0.8 })).toBeCloseTo(
    usersPerArm({ control: 0.5, treatment: 0.6, alpha: 0.05, power: 0.8 }),
    8,
  );
});

test('power is the inverse of the sample size', () => {
  const plan = { control: 0.2, treatment: 0.25, alpha: 0.05 };
  expect(powerOfTest({ ...plan, usersPerArm: usersPerArm({ ...plan, power: 0.8 }) })).toBeCloseTo(0.8, 10);
});
