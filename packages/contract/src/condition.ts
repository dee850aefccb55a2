import { z } from 'zod';

/** Operators by the words of react-querybuilder, whose JSON shape a condition has. */
export const Operator = z.enum([
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
  'inLastDays',
  'notInLastDays',
  'null',
  'notNull',
]);
export type Operator = z.infer<typeof Operator>;

const Scalar = z.union([z.string(), z.number(), z.boolean()]);

/** One comparison. `value` is absent for `null` and `notNull`, a list for `in`, a pair for `between`, days for `inLastDays`. */
export const Rule = z.strictObject({
  field: z.string().min(1),
  operator: Operator,
  value: z.union([Scalar, z.array(Scalar)]).optional(),
});
export type Rule = z.infer<typeof Rule>;

export interface Condition {
  combinator: 'and' | 'or';
  not?: boolean | undefined;
  rules: (Rule | Condition)[];
}

/** A condition as data: nested groups of rules. An empty group holds for every row. */
export const Condition: z.ZodType<Condition> = z
  .strictObject({
    combinator: z.enum(['and', 'or']).default('and'),
    not: z.boolean().optional(),
    get rules() {
      return z.array(z.union([Rule, Condition])).default([]);
    },
  })
  .meta({ id: 'Condition' });

/** Which operators make sense for a family of columns, in the order in which a form offers them. */
export const operatorsOf: Record<'text' | 'number' | 'boolean' | 'time' | 'other', readonly Operator[]> = {
  text: ['=', '!=', 'contains', 'doesNotContain', 'beginsWith', 'endsWith', 'in', 'notIn', 'null', 'notNull'],
  number: ['=', '!=', '<', '<=', '>', '>=', 'between', 'notBetween', 'in', 'notIn', 'null', 'notNull'],
  boolean: ['=', '!=', 'null', 'notNull'],
  time: ['<', '<=', '>', '>=', 'between', 'notBetween', 'inLastDays', 'notInLastDays', 'null', 'notNull'],
  other: ['null', 'notNull'],
};

/** True for a group, false for a single rule. */
export function isGroup(node: Rule | Condition): node is Condition {
  return 'rules' in node;
}
