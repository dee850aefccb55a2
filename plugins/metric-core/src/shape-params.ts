import { z } from 'zod';

/** A parameter that says what one unit is. */
export function unitParam(unit: string) {
  return z
    .string()
    .trim()
    .max(24)
    .default(unit)
    .meta({ title: 'Unit', description: 'What one of it is called, such as orders or £.' });
}

/** A parameter that turns the reading of a metric round. */
export function inverseParam() {
  return z
    .boolean()
    .default(false)
    .meta({ title: 'Lower is better', description: 'For refunds, complaints and the like.', ui: { advanced: true } });
}
