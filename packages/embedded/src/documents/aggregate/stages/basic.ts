import { isNumber, toNumber } from '../../bson/numbers.js';
import { expressionValue } from '../../bson/path.js';
import { type BsonDocument, isDocument } from '../../bson/value.js';
import { badValue, CommandError } from '../../command-error.js';
import { compileFilter } from '../../query/filter.js';
import { compileSort } from '../../query/sort.js';
import { Sorter } from '../../query/sorter.js';
import { createAccumulator } from '../accumulators.js';
import { eachDocument, flowOf, gather, type Stage, type StageFactory } from '../stage.js';
import { compileTransform } from '../transforms.js';

/** Stages that choose, order, count and take apart documents. */
export const basicStages: Readonly<Record<string, StageFactory>> = {
  $match: (operand, { collation }) => {
    if (!isDocument(operand)) throw badValue('the match filter must be an expression in an object');
    const { test } = compileFilter(operand, { collation });
    return eachDocument((document, { variables }) => (test(document, variables) ? [document] : []));
  },
  $sort: (operand, { collation, next }) => {
    if (!isDocument(operand) || Object.keys(operand).length === 0) {
      throw badValue('$sort stage must have at least one sort key');
    }
    const sort = compileSort(operand, collation);
    const limit = next && '$limit' in next ? wholeOf('$limit', next['$limit'], 1) : Infinity;
    return async function* (source, { pace }) {
      const sorter = new Sorter<BsonDocument>(sort, limit);
      for await (const group of source) {
        for (const document of group) sorter.add(document, document);
        await pace.restIfDue();
      }
      yield* flowOf(await sorter.finish(pace));
    };
  },
  $skip: (operand) => {
    const count = wholeOf('$skip', operand, 0);
    return async function* (source) {
      let left = count;
      for await (const group of source) {
        const rest = group.slice(left);
        left = Math.max(0, left - group.length);
        if (rest.length > 0) yield rest;
      }
    };
  },
  $limit: (operand) => {
    const count = wholeOf('$limit', operand, 1);
    return async function* (source) {
      let left = count;
      for await (const group of source) {
        yield group.slice(0, left);
        left -= group.length;
        if (left <= 0) return;
      }
    };
  },
  $count: (operand) => {
    if (typeof operand !== 'string' || operand === '' || operand.startsWith('$') || operand.includes('.')) {
      throw badValue('the count field must be a non-empty string without dollar sign and dots');
    }
    return async function* (source) {
      const counter = createAccumulator('$count');
      for await (const group of source) for (const document of group) counter.add(document);
      const count = counter.result();
      if (count !== 0) yield [{ [operand]: count }];
    };
  },
  $unwind: unwindStage,
  $sample: (operand) => {
    const size = wholeOf('$sample', isDocument(operand) ? operand['size'] : undefined, 0);
    return async function* (source) {
      const all = await gather(source);
      for (let i = 0; i < Math.min(size, all.length); i++) {
        const other = i + Math.floor(Math.random() * (all.length - i));
        [all[i], all[other]] = [all[other]!, all[i]!];
      }
      yield* flowOf(all.slice(0, size));
    };
  },
};

/** A stage that makes one document of each, if the name is of one. */
export function transformStage(name: string, operand: unknown): Stage | undefined {
  const transform = compileTransform(name, operand);
  return transform && eachDocument((document, { variables }) => [transform(document, variables)]);
}

function unwindStage(operand: unknown): Stage {
  const { path, includeArrayIndex, preserveNullAndEmptyArrays } = isDocument(operand)
    ? operand
    : { path: operand, includeArrayIndex: undefined, preserveNullAndEmptyArrays: undefined };
  if (typeof path !== 'string' || !path.startsWith('$')) {
    throw new CommandError('BadValue', "path option to $unwind stage should be prefixed with a '$'");
  }
  const steps = path.slice(1).split('.');
  const place = typeof includeArrayIndex === 'string' ? includeArrayIndex : undefined;
  return eachDocument((document) => {
    const value = expressionValue(document, steps);
    const numbered = (next: BsonDocument, i: number | null) => (place ? { ...next, [place]: i } : next);
    if (Array.isArray(value) && value.length > 0) {
      return value.map((element: unknown, i) => numbered(withPath(document, steps, element), i));
    }
    const isThere = !Array.isArray(value) && value !== null && value !== undefined;
    if (!isThere && preserveNullAndEmptyArrays !== true) return [];
    // an empty array is shown as a missing field
    return [numbered(Array.isArray(value) ? withPath(document, steps, undefined) : document, null)];
  });
}

function withPath(document: BsonDocument, [step = '', ...rest]: readonly string[], value: unknown): BsonDocument {
  const inner = document[step];
  const next = { ...document, [step]: rest.length > 0 && isDocument(inner) ? withPath(inner, rest, value) : value };
  if (next[step] === undefined) delete next[step];
  return next;
}

/** @throws BadValue when the operand is not a whole number or is too small */
function wholeOf(name: string, value: unknown, least: number): number {
  const number = isNumber(value) ? toNumber(value) : Number.NaN;
  if (Number.isInteger(number) && number >= least) return number;
  throw badValue(`the argument of ${name} must be a whole number, at least ${least}`);
}
