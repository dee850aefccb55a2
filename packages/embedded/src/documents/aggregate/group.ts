import { isNumber, toNumber } from '../bson/numbers.js';
import { type BsonDocument, isDocument, setField } from '../bson/value.js';
import { valueKey } from '../bson/value-key.js';
import { badValue, CommandError } from '../command-error.js';
import { compileSort } from '../query/sort.js';
import { type Accumulator, createAccumulator } from './accumulators.js';
import { compileExpression, type Evaluate, type Variables } from './expression.js';
import { flowOf, type Stage } from './stage.js';

/** A compiled `{ $sum: ... }`: what it takes from each document and how it begins. */
export interface CompiledAccumulator {
  readonly evaluate: Evaluate;
  readonly start: () => Accumulator;
}

/**
 * Compiles an accumulator of `$group`, `$bucket` or a window.
 * @throws Location40234 like errors when it is not a document of one operator
 */
export function compileAccumulator(specification: unknown): CompiledAccumulator {
  const entries = isDocument(specification) ? Object.entries(specification) : [];
  const [name, operand] = entries[0] ?? [];
  if (name === undefined || entries.length > 1) throw badValue('a field of $group must specify one accumulator');
  if (/^\$(top|bottom)N?$/.test(name)) return compileRanked(name, operand);
  if (/^\$(first|last|min|max)N$/.test(name)) {
    const { input, n } = isDocument(operand) ? operand : {};
    return { evaluate: compileExpression(input), start: () => createAccumulator(name, countOf(n)) };
  }
  if (name === '$median' || name === '$percentile') return compilePercentile(name, operand);
  // an unknown name is refused before any document is read
  createAccumulator(name);
  return { evaluate: compileExpression(operand), start: () => createAccumulator(name) };
}

interface Ranked {
  readonly keys: unknown[];
  readonly output: unknown;
}

function compileRanked(name: string, operand: unknown): CompiledAccumulator {
  const { sortBy, output, n } = isDocument(operand) ? operand : {};
  const sort = compileSort(isDocument(sortBy) ? sortBy : {});
  const evaluate = compileExpression(output);
  const isTop = name.startsWith('$top');
  const count = name.endsWith('N') ? countOf(n) : 1;
  return {
    evaluate: (root, variables): Ranked => ({ keys: sort.keysOf(root), output: evaluate(root, variables) ?? null }),
    start: () => {
      const all: Ranked[] = [];
      return {
        add: (value) => all.push(value as Ranked), // made by `evaluate` above
        result: () => {
          const sorted = all.toSorted((left, right) => sort.compare(left.keys, right.keys));
          const chosen = (isTop ? sorted.slice(0, count) : sorted.slice(-count)).map((each) => each.output);
          return name.endsWith('N') ? chosen : (chosen[0] ?? null);
        },
      };
    },
  };
}

function compilePercentile(name: string, operand: unknown): CompiledAccumulator {
  const { input, p } = isDocument(operand) ? operand : {};
  const shares = name === '$median' ? [0.5] : (Array.isArray(p) ? p : []).map((share) => Number(share));
  return {
    evaluate: compileExpression(input),
    start: () => {
      const numbers: number[] = [];
      return {
        add: (value) => isNumber(value) && numbers.push(toNumber(value)),
        result: () => {
          numbers.sort((left, right) => left - right);
          const found = shares.map((share) => numbers[Math.max(0, Math.ceil(share * numbers.length) - 1)] ?? null);
          return name === '$median' ? found[0] : found;
        },
      };
    },
  };
}

function countOf(value: unknown): number {
  const count = isNumber(value) ? toNumber(value) : 0;
  if (Number.isInteger(count) && count > 0) return count;
  throw badValue("'n' must be a whole number above zero");
}

/** `$group`: one document for each value of `_id`, in the order in which the values were met. */
export function groupStage(operand: unknown): Stage {
  if (!isDocument(operand)) throw badValue("a group's fields must be specified in an object");
  if (!Object.hasOwn(operand, '_id')) throw badValue('a group specification must include an _id');
  const { _id, ...fields } = operand;
  const idOf = compileExpression(_id);
  const accumulators = compileFields(fields);
  return async function* (source, context) {
    const groups = new Map<string, { id: unknown; values: Accumulator[] }>();
    for await (const batch of source) {
      for (const document of batch) {
        const id = idOf(document, context.variables) ?? null;
        const key = valueKey(id);
        let group = groups.get(key);
        if (!group) groups.set(key, (group = { id, values: accumulators.map(({ start }) => start()) }));
        addTo(group.values, accumulators, document, context.variables);
        if (context.pace.isDue) await context.pace.rest();
      }
    }
    yield* flowOf([...groups.values()].map(({ id, values }) => resultOf({ _id: id }, accumulators, values)));
  };
}

/** An accumulator and the field that shows its result. */
export interface AccumulatorField extends CompiledAccumulator {
  readonly field: string;
}

/** Compiles the accumulators of a document of fields. */
export function compileFields(fields: BsonDocument): AccumulatorField[] {
  return Object.entries(fields).map(([field, specification]) => {
    if (field.includes('.')) throw new CommandError('BadValue', `The field name '${field}' cannot contain '.'`);
    return { field, ...compileAccumulator(specification) };
  });
}

export function addTo(
  values: readonly Accumulator[],
  accumulators: readonly AccumulatorField[],
  document: BsonDocument,
  variables: Variables,
): void {
  for (const [i, { evaluate }] of accumulators.entries()) values[i]!.add(evaluate(document, variables));
}

/** The document of an id and the results. */
export function resultOf(
  document: BsonDocument,
  accumulators: readonly AccumulatorField[],
  values: readonly Accumulator[],
): BsonDocument {
  for (const [i, { field }] of accumulators.entries()) setField(document, field, values[i]!.result());
  return document;
}
