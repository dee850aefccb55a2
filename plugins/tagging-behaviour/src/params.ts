import { Condition, valuesParam } from '@pelton/sdk';
import { z } from 'zod';

const everything: Condition = { combinator: 'and', rules: [] };

/** One rule: did, or did not do, an event so often in a window. */
export const BehaviourRule = z.strictObject({
  kind: z.enum(['did', 'did_not']).default('did').meta({ title: 'Users who' }),
  event: z
    .string()
    .trim()
    .max(200)
    .default('')
    .meta({ title: 'Event', description: 'Empty means any event.', ui: { widget: 'event' } }),
  times: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(1)
    .meta({ title: 'At least', ui: { unit: 'times' } }),
  days: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .optional()
    .meta({ title: 'In the last', description: 'Empty means ever. A day is 24 hours.', ui: { unit: 'days' } }),
  where: Condition.default(everything).meta({
    title: 'Where',
    description: 'Only events of which this holds. Empty means all of them.',
    ui: { widget: 'condition', of: 'event:event' },
  }),
});
export type BehaviourRule = z.output<typeof BehaviourRule>;

/** What a person sets: rules joined by all or any, and optionally whom to look at. */
export const BehaviourParams = z.strictObject({
  match: z
    .enum(['all', 'any'])
    .default('all')
    .meta({ title: 'Match', description: 'Whether all of the rules must hold, or any of them.' }),
  rules: z
    .array(BehaviourRule)
    .min(1, 'Add at least one rule')
    .max(10, 'Ten rules are the most')
    .meta({ title: 'Rules' }),
  who: Condition.default(everything).meta({
    title: 'Only users of whom',
    description: 'A condition over traits. Empty means everybody.',
    ui: { widget: 'condition', of: 'traits', advanced: true },
  }),
  values: valuesParam(),
});
export type BehaviourParams = z.output<typeof BehaviourParams>;
