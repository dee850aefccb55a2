import type { Condition, Rule } from '@pelton/contract';

type Node = Condition['rules'][number];

/** A condition as a person would say it: `country is France and (price is more than 10 or gift is true)`; empty for an empty one. */
export function describeCondition({ combinator, not, rules }: Condition): string {
  const words = rules.map(describeNode).filter(Boolean).join(` ${combinator} `);
  return not && words ? `not (${words})` : words;
}

function describeNode(node: Node): string {
  if (!('rules' in node)) return `${node.field.replace(/^@+/, '')} ${describeTest(node)}`;
  const words = describeCondition(node);
  return words && node.rules.length > 1 && !node.not ? `(${words})` : words;
}

function describeTest({ operator, value = '' }: Rule): string {
  const [first = '', second = ''] = [value].flat().map((item) => (item === '' ? 'empty' : String(item)));
  return phrases[operator](first, second, [value].flat().join(', '));
}

const phrases: Record<Rule['operator'], (first: string, second: string, list: string) => string> = {
  '=': (value) => `is ${value}`,
  '!=': (value) => `is not ${value}`,
  '<': (value) => `is less than ${value}`,
  '<=': (value) => `is at most ${value}`,
  '>': (value) => `is more than ${value}`,
  '>=': (value) => `is at least ${value}`,
  contains: (value) => `contains ${value}`,
  doesNotContain: (value) => `does not contain ${value}`,
  beginsWith: (value) => `begins with ${value}`,
  endsWith: (value) => `ends with ${value}`,
  in: (_first, _second, list) => `is one of ${list}`,
  notIn: (_first, _second, list) => `is none of ${list}`,
  between: (from, to) => `is between ${from} and ${to}`,
  notBetween: (from, to) => `is not between ${from} and ${to}`,
  inLastDays: (days) => `is in the last ${days} days`,
  notInLastDays: (days) => `is not in the last ${days} days`,
  null: () => 'is empty',
  notNull: () => 'is not empty',
};
