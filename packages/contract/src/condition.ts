import { z } from 'zod';

/** Operators by the words of react-querybuilder, whose JSON shape a condition has. */
export const Operator = z.enum(
  [
    '=',
    '!=',
    '<',
    '<=',
    '>',
    '>=',
    'contains',
    'doesNotContain',
    'beginsWith',
    'endsWith',
    'in',
    'notIn',
    'between',
    'notBetween',
    'during',
    'notDuring',
    'null',
    'notNull',
  ],
  { error: ({ input }) => GONE[String(input)] },
);
export type Operator = z.infer<typeof Operator>;

/** What is to be written in place of an operator that there was once. */
const GONE: Record<string, string> = {
  inLastDays: '“inLastDays” is “during” now, with the value {kind: last, count: 30, unit: day}',
};

const Scalar = z.union([z.string(), z.number(), z.boolean()]);

export const TimeUnit = z.enum(['hour', 'day', 'week', 'month', 'year']);
export type TimeUnit = z.infer<typeof TimeUnit>;

/**
 * A stretch of time, told from the instant that a condition looks from, by the calendar and clocks of the project's time zone.
 * - `last`, `next`: so many units up to that instant, or from it on
 * - `before`, `after`: what is longer ago than that, or further ahead
 * - `this`, `previous`: the whole unit that the instant lies in, or the one before; weeks begin on Monday
 */
export const RelativeTime = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['last', 'next', 'before', 'after']),
    count: z.number().int().min(1).max(36_500),
    unit: TimeUnit,
  }),
  z.strictObject({ kind: z.enum(['this', 'previous']), unit: TimeUnit }),
]);
export type RelativeTime = z.infer<typeof RelativeTime>;

/** One comparison. `value` is absent for `null` and `notNull`, a list for `in`, a pair for `between`, a relative time for `during`. */
export const Rule = z.strictObject({
  field: z.string().min(1, 'Choose what to compare'),
  operator: Operator,
  value: z.union([Scalar, z.array(Scalar), RelativeTime]).optional(),
});
export type Rule = z.infer<typeof Rule>;

export interface Condition {
  combinator: 'and' | 'or';
  not?: boolean | undefined;
  rules: (Rule | Condition)[];
}

const group = { combinator: z.enum(['and', 'or']).default('and'), not: z.boolean().optional() };
const nodes = () => z.array(z.union([Rule, Group], { error: whatIsWrong }));

/** A group inside of another has to say its rules, which tells it from a rule. */
const Group: z.ZodType<Condition> = z
  .strictObject({
    ...group,
    get rules() {
      return nodes();
    },
  })
  .meta({ id: 'ConditionGroup' });

/** A condition as data: nested groups of rules. An empty group holds for every row. */
export const Condition: z.ZodType<Condition> = z
  .strictObject({
    ...group,
    get rules() {
      return nodes().default([]);
    },
  })
  .meta({ id: 'Condition' });

/** The words for the one of the two that was meant: a group has rules. */
function whatIsWrong({ input, errors }: z.core.$ZodRawIssue): string | undefined {
  if (!Array.isArray(errors)) return undefined;
  const isMeantAsGroup = typeof input === 'object' && input !== null && 'rules' in input;
  const [issue] = (errors as z.core.$ZodIssue[][])[isMeantAsGroup ? 1 : 0] ?? []; // in the order of the union
  return issue && (issue.path.length ? `${issue.path.join('.')}: ${issue.message}` : issue.message);
}

/** Which operators make sense for a family of columns, in the order in which a form offers them. */
export const operatorsOf: Record<'text' | 'number' | 'boolean' | 'time' | 'other', readonly Operator[]> = {
  text: ['=', '!=', 'contains', 'doesNotContain', 'beginsWith', 'endsWith', 'in', 'notIn', 'null', 'notNull'],
  number: ['=', '!=', '<', '<=', '>', '>=', 'between', 'notBetween', 'in', 'notIn', 'null', 'notNull'],
  boolean: ['=', '!=', 'null', 'notNull'],
  time: ['<', '<=', '>', '>=', 'between', 'notBetween', 'during', 'notDuring', 'null', 'notNull'],
  other: ['null', 'notNull'],
};

/** True for a value that is a stretch of time, not what a field is compared with. */
export function isRelativeTime(value: Rule['value']): value is RelativeTime {
  return typeof value === 'object' && 'kind' in value;
}

/** True for a group, false for a single rule. */
export function isGroup(node: Rule | Condition): node is Condition {
  return 'rules' in node;
}
