import { compareValues } from '../bson/compare.js';
import { add, asDouble, asInteger, type BsonNumber, divide, isNumber, toNumber } from '../bson/numbers.js';
import { valueKey } from '../bson/value-key.js';
import { CommandError } from '../command-error.js';
import { mergeDocuments } from './functions/objects.js';

/** Gathers values one by one into one. */
export interface Accumulator {
  add(value: unknown): void;
  result(): unknown;
}

/** @param count how many values the result holds, for those that have a number */
type Factory = (count: number) => Accumulator;

const factories: Readonly<Record<string, Factory>> = {
  $sum: () => summed((sum) => sum),
  $avg: () => summed((sum, count) => (count === 0 ? null : divide(sum, count))),
  $count: () => {
    let count = 0;
    return { add: () => count++, result: () => asInteger(BigInt(count)) };
  },
  $min: () => extreme((order) => order < 0),
  $max: () => extreme((order) => order > 0),
  $first: () => {
    let first: { value: unknown } | undefined;
    return { add: (value) => (first ??= { value }), result: () => first?.value ?? null };
  },
  $last: () => {
    let last: unknown;
    return { add: (value) => (last = value), result: () => last ?? null };
  },
  $push: () => listed((values) => values.filter((value) => value !== undefined)),
  $addToSet: () => {
    const set = new Map<string, unknown>();
    return {
      add(value) {
        if (value !== undefined && !set.has(valueKey(value))) set.set(valueKey(value), value);
      },
      result: () => [...set.values()],
    };
  },
  $mergeObjects: () => listed(mergeDocuments),
  $concatArrays: () => listed((values) => values.flat()),
  $setUnion: () => listed((values) => [...new Map(values.flat().map((value) => [valueKey(value), value])).values()]),
  $firstN: (count) => listed((values) => values.slice(0, count).map(orNull)),
  $lastN: (count) => listed((values) => values.slice(-count).map(orNull)),
  $minN: (count) => listed((values) => present(values).toSorted(compareValues).slice(0, count)),
  $maxN: (count) =>
    listed((values) =>
      present(values)
        .toSorted((a, b) => compareValues(b, a))
        .slice(0, count),
    ),
  $stdDevPop: () => deviation(0),
  $stdDevSamp: () => deviation(1),
};

/**
 * Starts an accumulator.
 * @throws InvalidPipelineOperator when there is none of that name
 */
export function createAccumulator(name: string, count = 1): Accumulator {
  const factory = Object.hasOwn(factories, name) ? factories[name] : undefined;
  if (!factory) throw new CommandError('InvalidPipelineOperator', `unknown group operator '${name}'`);
  return factory(count);
}

/** What an accumulator makes of a list. */
export function accumulate(name: string, values: readonly unknown[], count = 1): unknown {
  const accumulator = createAccumulator(name, count);
  for (const value of values) accumulator.add(value);
  return accumulator.result();
}

function summed(finish: (sum: BsonNumber, count: number) => unknown): Accumulator {
  let sum: BsonNumber = 0;
  let count = 0;
  return {
    add(value) {
      if (!isNumber(value)) return;
      sum = add(sum, value);
      count++;
    },
    result: () => finish(sum, count),
  };
}

function extreme(isBetter: (order: number) => boolean): Accumulator {
  let best: unknown;
  return {
    add(value) {
      if (value === undefined || value === null) return;
      if (best === undefined || isBetter(compareValues(value, best))) best = value;
    },
    result: () => best ?? null,
  };
}

function listed(finish: (values: unknown[]) => unknown): Accumulator {
  const values: unknown[] = [];
  return { add: (value) => values.push(value), result: () => finish(values) };
}

/** Welford's running variance, which loses no digits to large sums. */
function deviation(missingDegrees: 0 | 1): Accumulator {
  let [count, mean, squares] = [0, 0, 0];
  return {
    add(value) {
      if (!isNumber(value)) return;
      const number = toNumber(value);
      const difference = number - mean;
      mean += difference / ++count;
      squares += difference * (number - mean);
    },
    result: () => (count > missingDegrees ? asDouble(Math.sqrt(squares / (count - missingDegrees))) : null),
  };
}

function orNull(value: unknown): unknown {
  return value ?? null;
}

function present(values: unknown[]): unknown[] {
  return values.filter((value) => value !== undefined && value !== null);
}
