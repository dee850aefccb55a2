import { compareValues } from '../../bson/compare.js';
import { add, isNumber, toNumber } from '../../bson/numbers.js';
import { showValue } from '../../bson/show.js';
import { type BsonDocument, cloneValue, isDocument } from '../../bson/value.js';
import { setPath } from '../../bson/path.js';
import { valueKey } from '../../bson/value-key.js';
import { badValue, notSupported } from '../../command-error.js';
import { compileSort, type Sort } from '../../query/sort.js';
import { compileExpression, type Variables } from '../expression.js';
import { compileAccumulator } from '../group.js';
import { moveBy, type Unit, units } from '../functions/calendar.js';
import { flowOf, gather, type StageFactory } from '../stage.js';

/** Computes a field for every document of a sorted partition. */
type WindowFunction = (
  partition: readonly BsonDocument[],
  variables: Variables,
  rest: () => Promise<void>,
) => Promise<unknown[]>;

/** `$setWindowFields`: adds to each document values computed over its neighbours. */
export const windowStage: StageFactory = (operand, { collation }) => {
  const { partitionBy, sortBy, output } = isDocument(operand) ? operand : {};
  if (!isDocument(output)) throw badValue("$setWindowFields needs an 'output'");
  const partitionOf = compileExpression(partitionBy ?? null);
  const sort = isDocument(sortBy) ? compileSort(sortBy, collation) : undefined;
  const functions = Object.entries(output).map(
    ([field, specification]) => [field.split('.'), compileWindow(specification, sortBy, sort)] as const,
  );
  return async function* (source, context) {
    const partitions = new Map<string, BsonDocument[]>();
    for (const document of await gather(source)) {
      const key = valueKey(partitionOf(document, context.variables));
      const partition = partitions.get(key);
      if (partition) partition.push(cloneValue(document));
      else partitions.set(key, [cloneValue(document)]);
    }
    for (const partition of partitions.values()) {
      if (sort) partition.sort((left, right) => sort.compare(sort.keysOf(left), sort.keysOf(right)));
      const columns: unknown[][] = [];
      for (const [, compute] of functions) {
        columns.push(await compute(partition, context.variables, () => context.pace.restIfDue()));
      }
      for (const [i, [path]] of functions.entries()) {
        for (const [row, document] of partition.entries()) setPath(document, path, columns[i]![row]);
      }
      yield* flowOf(partition);
    }
  };
};

function compileWindow(specification: unknown, sortBy: unknown, sort: Sort | undefined): WindowFunction {
  const { window, ...operators } = isDocument(specification) ? specification : {};
  const [name = '', operand] = Object.entries(operators)[0] ?? [];
  switch (name) {
    case '$documentNumber':
      return (partition) => Promise.resolve([...partition.keys()].map((row) => row + 1));
    case '$rank':
    case '$denseRank':
      if (!sort) throw badValue(`${name} must be specified with a sortBy`);
      return (partition) => Promise.resolve(ranks(partition, sort, name === '$denseRank'));
    case '$shift':
      return shifted(operand);
    case '$locf':
      return lastSeen(operand);
    default:
      return accumulated(operators, frameOf(window, sortBy));
  }
}

function ranks(partition: readonly BsonDocument[], sort: Sort, isDense: boolean): number[] {
  let rank = 0;
  let previous: unknown[] | undefined;
  return partition.map((document, row) => {
    const keys = sort.keysOf(document);
    if (!previous || sort.compare(previous, keys) !== 0) rank = isDense ? rank + 1 : row + 1;
    previous = keys;
    return rank;
  });
}

function shifted(operand: unknown): WindowFunction {
  const { output, by, default: other } = isDocument(operand) ? operand : {};
  const evaluate = compileExpression(output);
  const otherwise = compileExpression(other ?? null);
  const distance = isNumber(by) ? toNumber(by) : 0;
  return (partition, variables) => {
    const values = partition.map((_document, row) => {
      const neighbour = partition[row + distance];
      return neighbour ? (evaluate(neighbour, variables) ?? null) : otherwise({}, variables);
    });
    return Promise.resolve(values);
  };
}

function lastSeen(operand: unknown): WindowFunction {
  const evaluate = compileExpression(operand);
  return (partition, variables) => {
    let last: unknown = null;
    return Promise.resolve(partition.map((document) => (last = evaluate(document, variables) ?? last)));
  };
}

/** The first and the last row of a frame, for a row of a partition. */
type Frame = (partition: readonly BsonDocument[], row: number) => readonly [first: number, last: number];

function accumulated(operators: BsonDocument, frame: Frame): WindowFunction {
  const { evaluate, start } = compileAccumulator(operators);
  return async (partition, variables, rest) => {
    const values = partition.map((document) => evaluate(document, variables));
    const results: unknown[] = [];
    // a frame that only grows, as for running totals, goes on from the row before
    let running = { accumulator: start(), first: 0, next: 0 };
    for (const row of partition.keys()) {
      const [first, last] = frame(partition, row);
      if (first !== running.first || last + 1 < running.next) running = { accumulator: start(), first, next: first };
      while (running.next <= last) running.accumulator.add(values[running.next++]);
      results.push(running.accumulator.result());
      await rest();
    }
    return results;
  };
}

function frameOf(window: unknown, sortBy: unknown): Frame {
  const { documents, range, unit } = isDocument(window) ? window : {};
  if (Array.isArray(documents)) {
    const [lower, upper] = (documents as unknown[]).map((bound) => (bound === 'current' ? 0 : bound));
    return ({ length }, row) => [
      isNumber(lower) ? Math.max(0, row + toNumber(lower)) : 0,
      isNumber(upper) ? Math.min(length - 1, row + toNumber(upper)) : length - 1,
    ];
  }
  if (!Array.isArray(range)) return ({ length }) => [0, length - 1];
  const [field, ...others] = Object.keys(isDocument(sortBy) ? sortBy : {});
  if (field === undefined || others.length > 0) throw badValue('a range window needs a sortBy of one field');
  const [lower, upper] = range as unknown[];
  const known = units.find((each) => each === unit);
  if (unit !== undefined && !known) throw notSupported(`the window unit '${showValue(unit)}'`);
  const edge = (value: unknown, bound: unknown) => (bound === 'current' ? value : movedBy(value, bound, known));
  return (partition, row) => {
    const value = partition[row]![field];
    const [low, high] = [edge(value, lower), edge(value, upper)];
    const isFrom = (each: BsonDocument) => lower === 'unbounded' || compareValues(each[field], low) >= 0;
    const isBehind = (each: BsonDocument) => upper !== 'unbounded' && compareValues(each[field], high) > 0;
    const first = partition.findIndex(isFrom);
    const behind = partition.findIndex(isBehind);
    return [first < 0 ? partition.length : first, (behind < 0 ? partition.length : behind) - 1];
  };
}

function movedBy(value: unknown, bound: unknown, unit: Unit | undefined): unknown {
  if (!isNumber(bound)) return undefined;
  if (value instanceof Date && unit) return moveBy(value, unit, toNumber(bound));
  if (!isNumber(value)) throw badValue('a range window needs numbers, or dates and a unit');
  return add(value, bound);
}
