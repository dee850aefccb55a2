import { areEqual } from '../bson/compare.js';
import { isNumber, toNumber } from '../bson/numbers.js';
import { showValue } from '../bson/show.js';
import { type BsonDocument, isDocument, isTruthy } from '../bson/value.js';
import { CommandError } from '../command-error.js';
import { documentReply, type Reply } from '../protocol/reply.js';
import { parseCollation, sameCollation } from '../query/collation.js';
import { compileFilter } from '../query/filter.js';
import { beginIndex, fillIndex } from '../store/build-index.js';
import type { CollectionIndex, IndexSpecification } from '../store/collection-index.js';
import type { Collection } from '../store/collection.js';
import { collectionAt, countAt, documentAt, documentsAt } from './arguments.js';
import type { Context, Handlers } from './context.js';
import { listReply } from './list-reply.js';

const building = new WeakSet<CollectionIndex>();

/** Commands about indexes. */
export const indexCommands: Handlers = {
  createindexes: createIndexes,
  dropindexes: dropIndexes,
  deleteindexes: dropIndexes,
  listindexes: (command, context) => {
    const collection = existing(command, 'listIndexes', context);
    const ready = collection.indexes.filter(({ isReady }) => isReady).map(({ specification }) => specification);
    const batchSize = countAt(documentAt(command, 'cursor') ?? {}, 'batchSize');
    return listReply(context, collection.name, ready, batchSize);
  },
};

async function createIndexes(command: BsonDocument, context: Context): Promise<Reply> {
  const { store } = context;
  const name = `${context.database}.${collectionAt(command, 'createIndexes')}`;
  const isNew = store.collection(name) === undefined;
  const collection = await store.change(() => store.ensureCollection(name));
  const before = collection.indexes.length;
  for (const definition of documentsAt(command, 'indexes')) {
    const specification = readSpecification(definition, collection);
    const index = await store.change(() => {
      return sameIndex(collection, specification) ?? beginIndex(store, collection, specification);
    });
    // another client may be building it at this moment
    if (!index.isReady && !building.has(index)) {
      building.add(index);
      index.built = fillIndex(store, collection, index);
    }
    await index.built;
  }
  return documentReply({
    numIndexesBefore: before,
    numIndexesAfter: collection.indexes.length,
    createdCollectionAutomatically: isNew,
    ok: 1,
  });
}

async function dropIndexes(command: BsonDocument, context: Context): Promise<Reply> {
  const field = Object.keys(command)[0]!;
  const collection = existing(command, field, context);
  const before = collection.indexes.length;
  const named: unknown[] = Array.isArray(command['index']) ? command['index'] : [command['index']];
  await context.store.change(() => {
    const dropped = new Set(named.flatMap((each) => indexesOf(collection, each)));
    for (const index of dropped) {
      collection.indexes.splice(collection.indexes.indexOf(index), 1);
      context.store.abandon(index.number);
    }
    collection.save();
  });
  return documentReply({ nIndexesWas: before, ok: 1 });
}

/** The indexes that a name, a key, or `*` for all but that of `_id`, stands for. */
function indexesOf(collection: Collection, named: unknown): CollectionIndex[] {
  const droppable = collection.indexes.slice(1);
  if (named === '*') return droppable;
  const isNamed = ({ specification: { name, key } }: CollectionIndex) => name === named || areEqual(key, named);
  if (isNamed(collection.idIndex)) throw new CommandError('InvalidOptions', 'cannot drop _id index');
  const found = droppable.filter(isNamed);
  if (found.length > 0) return found;
  throw new CommandError('IndexNotFound', `index not found with name [${showValue(named)}]`);
}

function existing(command: BsonDocument, field: string, { store, database }: Context): Collection {
  const name = `${database}.${collectionAt(command, field)}`;
  const collection = store.collection(name);
  if (!collection) throw new CommandError('NamespaceNotFound', `ns does not exist: ${name}`);
  return collection;
}

function readSpecification(definition: BsonDocument, collection: Collection): IndexSpecification {
  const { key, name, collation = collection.options['collation'], ...options } = definition;
  if (!isDocument(key) || Object.keys(key).length === 0)
    throw cannotCreate('an index needs a key of at least one field');
  if (typeof name !== 'string' || name === '') throw cannotCreate('an index needs a name');
  for (const [path, direction] of Object.entries(key)) {
    if (path === '' || path.startsWith('$') || path.includes('.$'))
      throw cannotCreate(`the path '${path}' cannot be indexed`);
    if (direction !== 'hashed' && (!isNumber(direction) || toNumber(direction) === 0)) {
      throw cannotCreate(`indexes of type '${showValue(direction)}' are not supported by the embedded document server`);
    }
  }
  const { partialFilterExpression, expireAfterSeconds } = options;
  if (isDocument(partialFilterExpression)) compileFilter(partialFilterExpression);
  else if (partialFilterExpression !== undefined) throw cannotCreate('partialFilterExpression must be an object');
  if (expireAfterSeconds !== undefined && !(isNumber(expireAfterSeconds) && toNumber(expireAfterSeconds) >= 0)) {
    throw cannotCreate('expireAfterSeconds must be a number that is not below zero');
  }
  const { locale } = parseCollation(collation) ?? {};
  const { background: _background, ns: _ns, ...kept } = options;
  return {
    ...kept,
    v: 2,
    key,
    name,
    ...(locale !== undefined && { collation: collation as IndexSpecification['collation'] }),
  };
}

/**
 * The index that is there already.
 * @throws IndexKeySpecsConflict or IndexOptionsConflict when one is there that is almost the same
 */
function sameIndex(collection: Collection, wanted: IndexSpecification): CollectionIndex | undefined {
  if (areEqual(wanted.key, { _id: 1 })) return collection.idIndex;
  const { name } = wanted;
  const named = collection.indexes.find(({ specification }) => specification.name === name);
  if (named && !isEquivalent(named.specification, wanted)) {
    throw new CommandError(
      'IndexKeySpecsConflict',
      `An existing index has the same name as the requested index: ${name}`,
    );
  }
  const known = named ?? collection.indexes.find(({ specification }) => isEquivalent(specification, wanted));
  if (!known) return undefined;
  const { specification } = known;
  if (specification.name !== name) {
    throw new CommandError('IndexOptionsConflict', `Index already exists with a different name: ${specification.name}`);
  }
  if (areEqual(specification.expireAfterSeconds ?? null, wanted.expireAfterSeconds ?? null)) return known;
  const message = `An equivalent index already exists with the same name but different options: ${name}`;
  throw new CommandError('IndexOptionsConflict', message);
}

/** Whether two indexes hold the same entries; there may be only one such. */
function isEquivalent(left: IndexSpecification, right: IndexSpecification): boolean {
  const isSame = ['key', 'partialFilterExpression'].every((part) => areEqual(left[part] ?? null, right[part] ?? null));
  const hasSameFlags = ['unique', 'sparse'].every((flag) => isTruthy(left[flag]) === isTruthy(right[flag]));
  return isSame && hasSameFlags && sameCollation(left.collation, right.collation);
}

function cannotCreate(message: string): CommandError {
  return new CommandError('CannotCreateIndex', message);
}
