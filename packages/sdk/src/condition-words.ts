import {
  type Condition,
  inEnglish,
  isRelativeTime,
  type Phrase,
  phrase,
  phraseOf,
  type RelativeTime,
  type Rule,
} from '@pelton/contract';

type Node = Condition['rules'][number];

/** A condition as a person would say it: `country is France and (price is more than 10 or gift is true)`; empty for an empty one. */
export function describeCondition(condition: Condition): string {
  const words = conditionPhrase(condition);
  return words ? inEnglish(words) : '';
}

/** The same for a page of another language; undefined for an empty condition. */
export function conditionPhrase({ combinator, not, rules }: Condition): Phrase | undefined {
  const parts = rules.map(nodePhrase).filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  const all = parts.reduce((before, part) =>
    combinator === 'and' ? phrase`${before} and ${part}` : phrase`${before} or ${part}`,
  );
  return not ? phrase`not (${all})` : all;
}

function nodePhrase(node: Node): Phrase | undefined {
  if (!('rules' in node)) return rulePhrase(node, node.field.replace(/^@+/, ''));
  const words = conditionPhrase(node);
  return words && node.rules.length > 1 && !node.not ? phrase`(${words})` : words;
}

function rulePhrase({ operator, value = '' }: Rule, field: string): Phrase {
  if (operator === 'during' || operator === 'notDuring' || isRelativeTime(value)) {
    const when = isRelativeTime(value) ? stretchPhrase(value) : phrase`in a stretch of time`;
    return operator === 'notDuring' ? phrase`${field} is not ${when}` : phrase`${field} is ${when}`;
  }
  if (value === '' && operator === '=') return phrases.null(field);
  if (value === '' && operator === '!=') return phrases.notNull(field);
  const [first = '', second = ''] = [value].flat().map(String);
  return phrases[operator](field, first, second, [value].flat().join(', '));
}

type Phrased = Exclude<Rule['operator'], 'during' | 'notDuring'>;

const phrases: Record<Phrased, (field: string, first?: string, second?: string, list?: string) => Phrase> = {
  '=': (field, value = '') => phrase`${field} is ${value}`,
  '!=': (field, value = '') => phrase`${field} is not ${value}`,
  '<': (field, value = '') => phrase`${field} is less than ${value}`,
  '<=': (field, value = '') => phrase`${field} is at most ${value}`,
  '>': (field, value = '') => phrase`${field} is more than ${value}`,
  '>=': (field, value = '') => phrase`${field} is at least ${value}`,
  contains: (field, value = '') => phrase`${field} contains ${value}`,
  doesNotContain: (field, value = '') => phrase`${field} does not contain ${value}`,
  beginsWith: (field, value = '') => phrase`${field} begins with ${value}`,
  endsWith: (field, value = '') => phrase`${field} ends with ${value}`,
  in: (field, _first, _second, list = '') => phrase`${field} is one of ${list}`,
  notIn: (field, _first, _second, list = '') => phrase`${field} is none of ${list}`,
  between: (field, from = '', to = '') => phrase`${field} is between ${from} and ${to}`,
  notBetween: (field, from = '', to = '') => phrase`${field} is not between ${from} and ${to}`,
  null: (field) => phrase`${field} is empty`,
  notNull: (field) => phrase`${field} is not empty`,
};

function stretchPhrase(stretch: RelativeTime): Phrase {
  const { kind, unit } = stretch;
  switch (kind) {
    case 'this':
      return phraseOf(unit === 'day' ? 'today' : `in this ${unit}`);
    case 'previous':
      return phraseOf(unit === 'day' ? 'yesterday' : `in the ${unit} before`);
    case 'last':
      return phrase`in the last ${amount(stretch)}`;
    case 'next':
      return phrase`in the next ${amount(stretch)}`;
    case 'before':
      return phrase`more than ${amount(stretch)} ago`;
    case 'after':
      return phrase`more than ${amount(stretch)} ahead`;
  }
}

function amount({ count, unit }: { count: number; unit: string }): Phrase {
  return count === 1 ? phraseOf(`1 ${unit}`) : { text: `{0} ${unit}s`, gaps: [String(count)] };
}
