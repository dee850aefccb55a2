import { Binary, ObjectId, Timestamp } from 'bson';
import { bytesOf, rankOf, textOf } from './compare.js';
import { type BsonNumber, compareNumbers, isNumber, toNumber } from './numbers.js';
import { isDocument } from './value.js';

/** A text that is the same for two values exactly if a query holds them equal: 1, a long 1 and 1.0 share theirs. */
export function valueKey(value: unknown): string {
  if (typeof value === 'string') return `s${value.length}:${value}`;
  if (typeof value === 'number') return `n${value + 0}`;
  if (value === null || value === undefined) return 'z';
  if (isNumber(value)) return `n${numberText(value)}`;
  if (value instanceof ObjectId) return `o${value.toHexString()}`;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (value instanceof Date) return `d${value.getTime()}`;
  if (Array.isArray(value)) return `[${value.map(valueKey).join(',')}]`;
  if (value instanceof Binary) return `b${value.sub_type}:${Buffer.from(bytesOf(value)).toString('base64')}`;
  if (value instanceof Timestamp) return `i${value.toBigInt()}`;
  if (!isDocument(value)) return `x${rankOf(value)}:${JSON.stringify(textOf(value))}`;
  const fields = Object.keys(value).map((field) => `${JSON.stringify(field)}:${valueKey(value[field])}`);
  return `{${fields.join(',')}}`;
}

function numberText(value: BsonNumber): string {
  const number = toNumber(value) + 0;
  if (compareNumbers(value, number) === 0) return String(number);
  // 1.10 and 1.1 are one value: zeros at the end of a decimal do not count
  const [digits = '', exponent = '0'] = value.toString().toUpperCase().split('E');
  const [whole = '', fraction = ''] = digits.split('.');
  const all = `${whole}${fraction}`.replace(/^(-?)\+?0*/, '$1');
  const significant = all.replace(/0+$/, '');
  return `${significant}e${Number(exponent) - fraction.length + all.length - significant.length}`;
}
