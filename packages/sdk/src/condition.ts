import {
  AppError,
  type ColumnFamily,
  type Condition,
  isGroup,
  isRelativeTime,
  type Operator,
  type RelativeTime,
  type Rule,
  type Sql,
} from '@pelton/contract';
import { property, trait, type ValueTime } from './property.js';
import { compileRelativeTime, isTooFar, type Vantage } from './relative-time.js';
import { bind, instant, join, sql, type SqlInput } from './sql.js';

const DAY_MS = 86_400_000;
const ORDERED: ReadonlySet<Operator> = new Set(['<', '<=', '>', '>=', 'between', 'notBetween']);
const TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}|$)/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A field of a condition as SQL, with the family by which its values are compared. */
export interface ConditionField {
  sql: Sql;
  family: ColumnFamily;
}

/** Finds the SQL of a field; throws COLUMN_MISSING for one that is not there. */
export type FieldResolver = (rule: Rule) => ConditionField;

/**
 * Compiles a condition tree. `is not` and `does not contain` hold for rows where the field is empty, as a person expects.
 * A day that a rule names, such as 2026-11-20, is all of that day in the project's time zone: what is until it or between it
 * and a day before may lie anywhere in it, what is after it comes when it is over.
 * @param from where relative times are told from
 * @returns a boolean expression, never NULL
 * @throws PARAM_INVALID for a value that does not fit its field or operator
 */
export function compileCondition(condition: Condition, resolve: FieldResolver, from: Vantage): Sql {
  const parts = condition.rules.map((node) =>
    isGroup(node) ? compileCondition(node, resolve, from) : compileRule(node, resolve(node), from),
  );
  const all = parts.length ? join(parts, condition.combinator === 'and' ? ' AND ' : ' OR ') : sql`true`;
  return condition.not ? sql`(NOT (${all}))` : sql`(${all})`;
}

/** Resolves fields as properties of events; the family follows the value, because a property has no declared type. */
export const resolveProperty: FieldResolver = resolvePropertyOf('latest');

/** The same, with a choice of which values of users and items count. */
export function resolvePropertyOf(values: ValueTime): FieldResolver {
  return (rule) => {
    const family = familyOfValue(rule);
    return { sql: property(rule.field, family, values), family };
  };
}

/** Resolves fields as traits of users; the family follows the value, because a trait is kept as text. */
export const resolveTrait: FieldResolver = (rule) => {
  const family = familyOfValue(rule);
  return { sql: trait(rule.field, family), family };
};

/** A day, or an instant, has an order as a time alone: text is asked for its letters. */
function familyOfValue({ operator, value }: Rule): ColumnFamily {
  if (isRelativeTime(value)) return 'time';
  const sample: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof sample === 'number') return 'number';
  if (typeof sample === 'string' && ORDERED.has(operator) && TIME.test(sample)) return 'time';
  return typeof sample === 'boolean' ? 'boolean' : 'text';
}

function compileRule(rule: Rule, { sql: given, family }: ConditionField, from: Vantage): Sql {
  const { timezone } = from;
  const field = { family, sql: family === 'time' ? sql`toDateTime64(${given}, 3, ${timezone})` : given };
  const value = (at?: number) => bindAs(family, rule, timezone, at);
  const isEmpty =
    field.family === 'text' ? sql`(isNull(${field.sql}) OR ${field.sql} = '')` : sql`isNull(${field.sql})`;
  const endOf = (at?: number) => (family === 'time' ? endOfDay(valueAt(rule, at), timezone) : undefined);
  const upTo = (end: Sql | undefined, at?: number) =>
    end ? sql`${field.sql} < ${end}` : sql`${field.sql} <= ${value(at)}`;
  const beyond = (end: Sql | undefined) => (end ? sql`${field.sql} >= ${end}` : sql`${field.sql} > ${value()}`);
  const within = () => sql`(${field.sql} >= ${value(0)} AND ${upTo(endOf(1), 1)})`;
  const holds = (test: Sql) => sql`ifNull(${test}, false)`;
  const holdsOrEmpty = (test: Sql) => sql`ifNull(${test}, true)`;
  const text = sql`toString(${field.sql})`;
  const operator: Operator = rule.operator;
  switch (operator) {
    case '=':
      return holds(sql`${field.sql} = ${value()}`);
    case '!=':
      return holdsOrEmpty(sql`${field.sql} != ${value()}`);
    case '<':
      return holds(sql`${field.sql} < ${value()}`);
    case '<=':
      return holds(upTo(endOf()));
    case '>':
      return holds(beyond(endOf()));
    case '>=':
      return holds(sql`${field.sql} >= ${value()}`);
    case 'contains':
      return holds(sql`positionCaseInsensitiveUTF8(${text}, ${textOf(rule)}) > 0`);
    case 'doesNotContain':
      return holdsOrEmpty(sql`positionCaseInsensitiveUTF8(${text}, ${textOf(rule)}) = 0`);
    case 'beginsWith':
      return holds(sql`startsWithUTF8(${text}, ${textOf(rule)})`);
    case 'endsWith':
      return holds(sql`endsWithUTF8(${text}, ${textOf(rule)})`);
    case 'in':
      return holds(sql`${field.sql} IN (${valueList(family, rule, timezone)})`);
    case 'notIn':
      return holdsOrEmpty(sql`${field.sql} NOT IN (${valueList(family, rule, timezone)})`);
    case 'between':
      return holds(within());
    case 'notBetween':
      return holdsOrEmpty(sql`NOT ${within()}`);
    case 'during':
      return holds(compileRelativeTime(field.sql, stretchOf(rule), from));
    case 'notDuring':
      return holdsOrEmpty(sql`NOT ${compileRelativeTime(field.sql, stretchOf(rule), from)}`);
    case 'null':
      return isEmpty;
    case 'notNull':
      return sql`(NOT ${isEmpty})`;
  }
}

function valueList(family: ColumnFamily, rule: Rule, timezone: string): Sql {
  if (!Array.isArray(rule.value) || rule.value.length === 0) throw wrong(rule, 'needs a list with at least one value');
  return join(rule.value.map((_, index) => sql`${bindAs(family, rule, timezone, index)}`));
}

function bindAs(family: ColumnFamily, rule: Rule, timezone: string, at?: number): SqlInput {
  const value = valueAt(rule, at);
  if (value === undefined || Array.isArray(value) || isRelativeTime(value))
    throw wrong(rule, at === undefined ? 'needs one value' : 'needs two values');
  switch (family) {
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isFinite(number))
        throw wrong(rule, `compares with a number, not with ${String(value)}`);
      return bind('Float64', number);
    }
    case 'boolean':
      if (typeof value !== 'boolean') throw wrong(rule, `is yes or no, not ${String(value)}`);
      return value;
    case 'time':
      if (typeof value !== 'string' || Number.isNaN(Date.parse(value)))
        throw wrong(rule, `compares with a date such as 2026-11-20, not with ${String(value)}`);
      return DAY.test(value) ? sql`toDateTime64(${value}, 3, ${timezone})` : instant(value);
    case 'text':
    case 'json':
    case 'list':
    case 'other':
      return String(value);
  }
}

function valueAt({ value }: Rule, at?: number): Rule['value'] {
  if (at === undefined) return value;
  return Array.isArray(value) ? value[at] : undefined;
}

/** Where the next day begins; undefined for what is not a day. */
function endOfDay(value: Rule['value'], timezone: string): Sql | undefined {
  if (typeof value !== 'string' || !DAY.test(value) || Number.isNaN(Date.parse(value))) return undefined;
  const next = new Date(Date.parse(value) + DAY_MS).toISOString().slice(0, 10);
  return sql`toDateTime64(${next}, 3, ${timezone})`;
}

function textOf(rule: Rule): string {
  const { value } = rule;
  if (value === undefined || Array.isArray(value) || isRelativeTime(value)) throw wrong(rule, 'needs one value');
  return String(value);
}

function stretchOf(rule: Rule): RelativeTime {
  if (!isRelativeTime(rule.value)) throw wrong(rule, 'needs a stretch of time, such as the last 30 days');
  if (isTooFar(rule.value)) throw wrong(rule, 'reaches no further than a hundred years');
  return rule.value;
}

function wrong(rule: Rule, reason: string): AppError {
  return new AppError('PARAM_INVALID', { field: rule.field, reason: `“${rule.operator}” ${reason}` });
}
