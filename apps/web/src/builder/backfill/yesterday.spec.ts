import { expect, test } from 'vitest';
import { yesterdayIn } from './yesterday';

test('the day that is over follows the zone', () => {
  const now = Date.parse('2026-03-01T10:30:00Z');
  expect(yesterdayIn('UTC', now)).toBe('2026-02-28');
  expect(yesterdayIn('Pacific/Kiritimati', now)).toBe('2026-03-01');
  expect(yesterdayIn('America/Los_Angeles', now)).toBe('2026-02-28');
  expect(yesterdayIn('Pacific/Pago_Pago', now)).toBe('2026-02-27');
});
