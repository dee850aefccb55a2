import { ObjectId } from 'bson';
import { areEqual } from '../bson/compare.js';
import { decode } from '../bson/decoder.js';
import { encode } from '../bson/encoder.js';
import { matchedValues } from '../bson/path.js';
import { showValue } from '../bson/show.js';
import { type BsonDocument, isDocument } from '../bson/value.js';
import { badValue, CommandError } from '../command-error.js';
import { collectRecords, prepareSearch } from '../query/match-records.js';
import { compileExpression, type Variables } from './expression.js';
import { compileTransforms } from './transforms.js';
import { type Flow, flowOf, gather, type PipelineContext } from './stage.js';

interface MergeOptions {
  readonly target: string;
  readonly on: readonly string[];
  readonly onMatch: (old: BsonDocument, made: BsonDocument, variables: Variables) => BsonDocument | undefined;
  readonly onNoMatch: 'insert' | 'discard' | 'fail';
}

/**
 * Writes the documents of a flow into a collection, over those that have the same key: `$merge`.
 * @param from the collection that the flow reads; it is read to its end first if it is the one that is written
 */
export async function mergeInto(operand: unknown, source: Flow, from: string, context: PipelineContext): Promise<void> {
  const options = readOptions(operand, context.database);
  const flow = options.target === from ? flowOf(await gather(source)) : source;
  for await (const group of flow) {
    for (const document of group) {
      const made = document['_id'] === undefined ? { _id: new ObjectId(), ...document } : document;
      while (!(await mergeOne(made, options, context)));
      await context.pace.restIfDue();
    }
  }
}

/** Merges one document; false when what it was to be merged with has changed meanwhile. */
async function mergeOne(made: BsonDocument, options: MergeOptions, context: PipelineContext): Promise<boolean> {
  const { store } = context;
  const query = Object.fromEntries(options.on.map((path) => [path, keyValue(made, path)]));
  const collection = await store.change(() => store.ensureCollection(options.target));
  assertUniqueKey(collection.indexes, options.on);
  const search = prepareSearch({ ...context, transaction: undefined }, collection, query);
  const [found] = await collectRecords({ ...context, transaction: undefined }, search, 1);
  if (!found && options.onNoMatch === 'discard') return true;
  if (!found && options.onNoMatch === 'fail') {
    throw new CommandError('MergeStageNoMatchingDocument', '$merge could not find a matching document in the target');
  }
  return store.change(() => {
    const bytes = found && store.writer.read(collection, found.record);
    if (found && !bytes?.equals(found.bytes)) return false;
    if (!found) {
      store.writer.insert(collection, { document: made, bytes: encode(made) });
      return true;
    }
    const old = decode(found.bytes);
    const next = options.onMatch(old, made, context.variables);
    if (!next) return true;
    if (!areEqual(next['_id'], old['_id'])) throw new CommandError('ImmutableField', '$merge cannot change the _id');
    store.writer.replace(collection, found.record, old, { document: next, bytes: encode(next) });
    return true;
  });
}

function keyValue(document: BsonDocument, path: string): unknown {
  const [value] = matchedValues(document, path.split('.'));
  if (value !== undefined && value !== null && !Array.isArray(value)) return { $eq: value };
  throw badValue(`$merge write error: 'on' field '${path}' cannot be missing, null or an array`);
}

function assertUniqueKey(
  indexes: readonly { isUnique: boolean; specification: BsonDocument }[],
  on: readonly string[],
): void {
  const isKey = indexes.some(({ isUnique, specification }) => {
    const paths = Object.keys(specification['key'] as BsonDocument); // an index always has a key
    return isUnique && paths.length === on.length && paths.every((path) => on.includes(path));
  });
  if (!isKey) throw badValue('Cannot find index to verify that join fields will be unique');
}

function readOptions(operand: unknown, database: string): MergeOptions {
  const { into, on, whenMatched, whenNotMatched, let: bindings } = isDocument(operand) ? operand : { into: operand };
  const { db, coll } = isDocument(into) ? into : { db: undefined, coll: into };
  if (typeof coll !== 'string') throw badValue("$merge needs 'into'");
  const keys: unknown[] = Array.isArray(on) ? on : [on ?? '_id'];
  if (!keys.every((key) => typeof key === 'string')) throw badValue("'on' of $merge must be field names");
  const onNoMatch = (['insert', 'discard', 'fail'] as const).find((each) => each === (whenNotMatched ?? 'insert'));
  if (!onNoMatch) throw badValue(`$merge does not know whenNotMatched '${showValue(whenNotMatched)}'`);
  return {
    target: `${typeof db === 'string' ? db : database}.${coll}`,
    on: keys,
    onMatch: matchAction(whenMatched, bindings),
    onNoMatch,
  };
}

function matchAction(whenMatched: unknown, bindings: unknown): MergeOptions['onMatch'] {
  if (Array.isArray(whenMatched)) {
    const transform = compileTransforms(whenMatched);
    const variables = Object.entries(isDocument(bindings) ? bindings : { new: '$$ROOT' }).map(
      ([name, expression]) => [name, compileExpression(expression)] as const,
    );
    return (old, made, outer) => {
      const bound = variables.map(([name, evaluate]) => [name, evaluate(made, outer)] as const);
      return transform(old, { ...outer, new: made, ...Object.fromEntries(bound) });
    };
  }
  switch (whenMatched ?? 'merge') {
    case 'merge':
      return (old, made) => ({ ...old, ...made });
    case 'replace':
      return (old, made) => ({ ...made, _id: old['_id'] });
    case 'keepExisting':
      return () => undefined;
    case 'fail':
      return () => {
        throw new CommandError('DuplicateKey', '$merge found a matching document and whenMatched is fail');
      };
    default:
      throw badValue(`$merge does not know whenMatched '${showValue(whenMatched)}'`);
  }
}
