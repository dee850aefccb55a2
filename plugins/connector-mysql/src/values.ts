import { isTime } from './column-type.js';

/** A value of JSON as the server takes it for a column of this type. */
export function toValue(value: unknown, type: string): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return isTime(type) ? inUtc(value) : value;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}

/** ISO 8601 with a zone, as UTC without one: MySQL does not read `Z`. Digits of a second are kept. */
function inUtc(text: string): string {
  const [, seconds, fraction = '', zone] = /^(\d{4}-\d\d-\d\d[T ][\d:]{8})(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  if (!seconds) return text;
  const utc = new Date(`${seconds.replace(' ', 'T')}${zone}`);
  return Number.isNaN(utc.getTime()) ? text : `${utc.toISOString().slice(0, 19).replace('T', ' ')}${fraction}`;
}
