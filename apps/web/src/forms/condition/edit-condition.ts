import {
  type ColumnFamily,
  type Condition,
  isGroup,
  isRelativeTime,
  type Operator,
  operatorsOf,
  type RelativeTime,
  type Rule,
} from '@pelton/contract';
import type { RowSource } from '../form-context';

/** How deep groups may stand in each other. */
export const MOST_DEEP = 3;

/** A column or property that a rule may be about. */
export interface ConditionField {
  name: string;
  family: ColumnFamily;
  /** Values seen in the data, offered while typing. */
  examples: string[];
  /** Where its rows last came from, to offer the values that are there. */
  source?: RowSource | undefined;
}

const LAST_MONTH: RelativeTime = { kind: 'last', count: 30, unit: 'day' };

/** What a person fills in beside an operator. */
export type ValueShape = 'none' | 'one' | 'list' | 'pair' | 'stretch';

export function emptyCondition(): Condition {
  return { combinator: 'and', rules: [] };
}

/** The operators that a form offers for a field; what neither text, number, time nor boolean is may only be there or not. */
export function operatorsFor(family: ColumnFamily): readonly Operator[] {
  return family === 'json' || family === 'list' || family === 'other' ? operatorsOf.other : operatorsOf[family];
}

const shapes: Partial<Record<Operator, ValueShape>> = {
  null: 'none',
  notNull: 'none',
  in: 'list',
  notIn: 'list',
  between: 'pair',
  notBetween: 'pair',
  during: 'stretch',
  notDuring: 'stretch',
};

export function shapeOf(operator: Operator): ValueShape {
  return shapes[operator] ?? 'one';
}

/** A rule about another field: the operator stays if it makes sense there, and so does the value. */
export function withField(rule: Rule, field: ConditionField): Rule {
  const operators = operatorsFor(field.family);
  const operator = operators.includes(rule.operator) ? rule.operator : (operators[0] ?? 'notNull');
  return withOperator({ ...rule, field: field.name }, operator, field.family);
}

/** A rule with another operator; the value is kept as far as it fits the new shape. */
export function withOperator(rule: Rule, operator: Operator, family: ColumnFamily): Rule {
  const value = reshape(rule.value, shapeOf(operator), family);
  return { field: rule.field, operator, ...(value !== undefined && { value }) };
}

function reshape(value: Rule['value'], shape: ValueShape, family: ColumnFamily): Rule['value'] {
  const given = [value]
    .flat()
    .flatMap((each) =>
      typeof each === 'object' || each === undefined || isUntouched(each, family) ? [] : [toFamily(each, family)],
    );
  switch (shape) {
    case 'none':
      return undefined;
    case 'list':
      return given;
    case 'pair':
      return [given[0] ?? emptyValue(family), given[1] ?? emptyValue(family)];
    case 'stretch':
      return isRelativeTime(value) ? value : LAST_MONTH;
    case 'one':
      return given[0] ?? emptyValue(family);
  }
}

/** What the form filled in by itself for another family says nothing for this one. */
function isUntouched(value: string | number | boolean, family: ColumnFamily): boolean {
  return value === '' || (value === 0 && family !== 'number') || (value === true && family !== 'boolean');
}

function emptyValue(family: ColumnFamily): string | number | boolean {
  if (family === 'boolean') return true;
  return family === 'number' ? 0 : '';
}

/** What was typed as the type of the field: `"12"` is 12 for a number. */
export function toFamily(value: string | number | boolean, family: ColumnFamily): string | number | boolean {
  if (family === 'number') {
    const number = typeof value === 'number' ? value : Number(value);
    return value === '' || Number.isNaN(number) ? 0 : number;
  }
  if (family === 'boolean') return value === true || value === 'true';
  return typeof value === 'string' ? value : String(value);
}

/** Which of a group's parts must hold: `none` is `any`, turned round; `not-all` is only shown where it stands already. */
export type Match = 'all' | 'any' | 'none' | 'not-all';

export function matchOf({ combinator, not }: Condition): Match {
  if (combinator === 'or') return not ? 'none' : 'any';
  return not ? 'not-all' : 'all';
}

export function withMatch(group: Condition, match: Match): Condition {
  const combinator = match === 'all' || match === 'not-all' ? 'and' : 'or';
  const isTurned = match === 'none' || match === 'not-all';
  return { combinator, ...(isTurned && { not: true }), rules: group.rules };
}

export function withRule(group: Condition, field: ConditionField | undefined): Condition {
  const blank: Rule = { field: field?.name ?? '', operator: '=', value: '' };
  return { ...group, rules: [...group.rules, field ? withField(blank, field) : blank] };
}

export function withGroup(group: Condition): Condition {
  return { ...group, rules: [...group.rules, emptyCondition()] };
}

export function replaced(group: Condition, index: number, part: Rule | Condition): Condition {
  return { ...group, rules: group.rules.map((each, at) => (at === index ? part : each)) };
}

export function without(group: Condition, index: number): Condition {
  return { ...group, rules: group.rules.filter((_, at) => at !== index) };
}

/** How many comparisons stand in it, at any depth. */
export function countRules(group: Condition): number {
  return group.rules.reduce((sum, part) => sum + (isGroup(part) ? countRules(part) : 1), 0);
}
