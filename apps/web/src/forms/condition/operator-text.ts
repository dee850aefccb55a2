import type { ColumnFamily, Operator } from '@pelton/contract';
import { t } from '@/i18n';

const keys: Record<Operator, string> = {
  '=': 'is',
  '!=': 'isNot',
  '<': 'less',
  '<=': 'atMost',
  '>': 'more',
  '>=': 'atLeast',
  contains: 'contains',
  doesNotContain: 'doesNotContain',
  beginsWith: 'beginsWith',
  endsWith: 'endsWith',
  in: 'in',
  notIn: 'notIn',
  between: 'between',
  notBetween: 'notBetween',
  during: 'during',
  notDuring: 'notDuring',
  null: 'empty',
  notNull: 'notEmpty',
};
const timeKeys: Partial<Record<Operator, string>> = { '<': 'before', '<=': 'until', '>': 'after', '>=': 'since' };

/** An operator as a person says it: a time is *before*, a number *less than*. */
export function operatorText(operator: Operator, family: ColumnFamily): string {
  return t(`conditions.operators.${(family === 'time' && timeKeys[operator]) || keys[operator]}`);
}
