import { BSONRegExp } from 'bson';
import { badValue, CommandError } from '../command-error.js';

/**
 * The JavaScript form of a MongoDB regular expression.
 * @param options MongoDB's letters: i, m, s, u; x (free spacing) is not supported
 * @throws Location51091 when the pattern is not valid here
 */
export function toRegExp(pattern: string, options = ''): RegExp {
  const inline = /^\(\?([ims]+)\)/.exec(pattern);
  const letters = new Set(`${options}${inline?.[1] ?? ''}`);
  for (const letter of letters) {
    if (!'imsu'.includes(letter)) throw badValue(`regular expression option '${letter}' is not supported`);
  }
  try {
    return new RegExp(pattern.slice(inline?.[0].length ?? 0), [...letters].join(''));
  } catch (cause) {
    throw new CommandError('Location51091', `Regular expression is invalid: ${String(cause)}`);
  }
}

/** Whether a decoded value is a regular expression. */
export function isRegularExpression(value: unknown): value is BSONRegExp {
  return value instanceof BSONRegExp;
}

/** Reads the operand of `$regex`: a string, or a regular expression whose options `$options` overrides. */
export function readRegularExpression(operand: unknown, options?: unknown): RegExp {
  if (options !== undefined && typeof options !== 'string') throw badValue('$options has to be a string');
  if (isRegularExpression(operand)) return toRegExp(operand.pattern, options ?? operand.options);
  if (typeof operand !== 'string') throw badValue('$regex has to be a string');
  return toRegExp(operand, options);
}
