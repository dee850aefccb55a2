import { type Condition, isRelativeTime, type RelativeTime, type Rule } from '@pelton/contract';

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
  if (operator === 'during' || operator === 'notDuring' || isRelativeTime(value)) {
    const words = isRelativeTime(value) ? describeRelativeTime(value) : 'in a stretch of time';
    return operator === 'notDuring' ? `is not ${words}` : `is ${words}`;
  }
  const [first = '', second = ''] = [value].flat().map((item) => (item === '' ? 'empty' : String(item)));
  return phrases[operator](first, second, [value].flat().join(', '));
}

type Phrased = Exclude<Rule['operator'], 'during' | 'notDuring'>;

const phrases: Record<Phrased, (first: string, second: string, list: string) => string> = {
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
  null: () => 'is empty',
  notNull: () => 'is not empty',
};

function describeRelativeTime(stretch: RelativeTime): string {
  const { kind, unit } = stretch;
  switch (kind) {
    case 'this':
      return unit === 'day' ? 'today' : `in this ${unit}`;
    case 'previous':
      return unit === 'day' ? 'yesterday' : `in the ${unit} before`;
    case 'last':
    case 'next':
      return `in the ${kind} ${amount(stretch)}`;
    case 'before':
      return `more than ${amount(stretch)} ago`;
    case 'after':
      return `more than ${amount(stretch)} ahead`;
  }
}

function amount({ count, unit }: { count: number; unit: string }): string {
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}
