import {
  AppError,
  type ColumnFamily,
  type Condition,
  isGroup,
  type Operator,
  type Rule,
  type Sql,
} from '@pelton/contract';
import { property, trait, type ValueTime } from './property.js';
import { bind, instant, join, sql, type SqlInput } from './sql.js';

/** A field of a condition as SQL, with the family by which its values are compared. */
export interface ConditionField {
  sql: Sql;
  family: ColumnFamily;
}

/** Finds the SQL of a field; throws COLUMN_MISSING for one that is not there. */
export type FieldResolver = (rule: Rule) => ConditionField;

/**
 * Compiles a condition tree. `is not` and `does not contain` hold for rows where the field is empty, as a person expects.
 * @param asOf ISO instant that `inLastDays` counts back from
 * @returns a boolean expression, never NULL
 * @throws PARAM_INVALID for a value that does not fit its field or operator
 */
export function compileCondition(condition: Condition, resolve: FieldResolver, asOf: string): Sql {
  const parts = condition.rules.map((node) =>
    isGroup(node) ? compileCondition(node, resolve, asOf) : compileRule(node, resolve(node), asOf),
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

function familyOfValue(rule: Rule): ColumnFamily {
  if (rule.operator === 'inLastDays' || rule.operator === 'notInLastDays') return 'time';
  const sample: unknown = Array.isArray(rule.value) ? rule.value[0] : rule.value;
  if (typeof sample === 'number') return 'number';
  return typeof sample === 'boolean' ? 'boolean' : 'text';
}

function compileRule(rule: Rule, field: ConditionField, asOf: string): Sql {
  const value = (at?: number) => bindAs(field.family, rule, at);
  const isEmpty =
    field.family === 'text' ? sql`(isNull(${field.sql}) OR ${field.sql} = '')` : sql`isNull(${field.sql})`;
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
      return holds(sql`${field.sql} <= ${value()}`);
    case '>':
      return holds(sql`${field.sql} > ${value()}`);
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
      return holds(sql`${field.sql} IN (${valueList(field.family, rule)})`);
    case 'notIn':
      return holdsOrEmpty(sql`${field.sql} NOT IN (${valueList(field.family, rule)})`);
    case 'between':
      return holds(sql`${field.sql} BETWEEN ${value(0)} AND ${value(1)}`);
    case 'notBetween':
      return holdsOrEmpty(sql`${field.sql} NOT BETWEEN ${value(0)} AND ${value(1)}`);
    case 'inLastDays':
      return holds(
        sql`${field.sql} >= ${instant(asOf)} - INTERVAL ${daysOf(rule)} DAY AND ${field.sql} < ${instant(asOf)}`,
      );
    case 'notInLastDays':
      return holdsOrEmpty(sql`${field.sql} < ${instant(asOf)} - INTERVAL ${daysOf(rule)} DAY`);
    case 'null':
      return isEmpty;
    case 'notNull':
      return sql`(NOT ${isEmpty})`;
  }
}

function valueList(family: ColumnFamily, rule: Rule): Sql {
  if (!Array.isArray(rule.value) || rule.value.length === 0) throw wrong(rule, 'needs a list with at least one value');
  return join(rule.value.map((_, index) => sql`${bindAs(family, rule, index)}`));
}

function bindAs(family: ColumnFamily, rule: Rule, at?: number): SqlInput {
  const value = at === undefined ? rule.value : Array.isArray(rule.value) ? rule.value[at] : undefined;
  if (value === undefined || Array.isArray(value))
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
      return instant(value);
    case 'text':
    case 'json':
    case 'list':
    case 'other':
      return String(value);
  }
}

function textOf(rule: Rule): string {
  if (rule.value === undefined || Array.isArray(rule.value)) throw wrong(rule, 'needs one value');
  return String(rule.value);
}

function daysOf(rule: Rule): number {
  const days = Number(rule.value);
  if (!Number.isInteger(days) || days < 0 || days > 36_500) throw wrong(rule, 'counts whole days, such as 30');
  return days;
}

function wrong(rule: Rule, reason: string): AppError {
  return new AppError('PARAM_INVALID', { field: rule.field, reason: `“${rule.operator}” ${reason}` });
}
