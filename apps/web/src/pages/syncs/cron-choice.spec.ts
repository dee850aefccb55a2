import { expect, test } from 'vitest';
import { fromCron, NIGHTLY, toCron } from './cron-choice';

test.each([undefined, '*/15 * * * *', '0 * * * *', '0 6 * * *', '0 23 * * 0', '5 4 1 * *'])(
  '%s stays what it is when it is chosen again',
  (cron) => {
    expect(toCron(fromCron(cron))).toBe(cron);
  },
);

test('knows the choices by their cron', () => {
  expect(fromCron('0 7 * * 5')).toMatchObject({ rhythm: 'weekly', hour: 7, weekday: 5 });
  expect(fromCron('*/7 * * * *').rhythm).toBe('custom');
  expect(toCron({ ...NIGHTLY, rhythm: 'custom', cron: ' 1 2 * * * ' })).toBe('1 2 * * *');
});
