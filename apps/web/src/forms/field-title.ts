import { serverText } from '@/i18n/server-text';
import type { Field } from './field';

/** What the form calls a parameter, by its path: `columns.0.formula` is `Columns 1, Formula`. */
export function fieldTitle(fields: readonly Field[], path: string): string | undefined {
  const [name, ...rest] = path.split('.');
  const field = fields.find((each) => each.name === name);
  if (!field) return undefined;
  const isItem = /^\d+$/.test(rest[0] ?? '');
  const title = serverText(field.title) + (isItem ? ` ${Number(rest[0]) + 1}` : '');
  const inner = fieldTitle(field.fields, rest.slice(isItem ? 1 : 0).join('.'));
  return inner === undefined ? title : `${title}, ${inner}`;
}
