import type { BsonDocument } from '../bson/value.js';
import { CommandError, notSupported } from '../command-error.js';
import { documentReply, type Reply } from '../protocol/reply.js';
import { parseCollation } from '../query/collation.js';
import { compileFilter } from '../query/filter.js';
import { UUID } from 'bson';
import { collectionAt, countAt, documentAt, flagAt, stringAt } from './arguments.js';
import type { Context, Handlers } from './context.js';
import { listReply } from './list-reply.js';

/** Commands about databases and collections as a whole. */
export const catalogueCommands: Handlers = {
  create,
  drop: async (command, { store, database }) => {
    const name = `${database}.${collectionAt(command, 'drop')}`;
    const isDropped = await store.change(() => store.drop(name));
    return documentReply(isDropped ? { ns: name, ok: 1 } : { ok: 1 });
  },
  dropdatabase: async (_command, { store, database }) => {
    await store.change(() => {
      for (const { name } of store.collectionsOf(database)) store.drop(name);
    });
    return documentReply({ dropped: database, ok: 1 });
  },
  renamecollection: rename,
  listdatabases: (command, context) => {
    const { test } = compileFilter(documentAt(command, 'filter') ?? {});
    const names = [...new Set(context.store.allCollections().map(({ database }) => database))].toSorted();
    const databases = names.map((name) => ({ name, sizeOnDisk: 0, empty: false })).filter((each) => test(each));
    const shown = flagAt(command, 'nameOnly') ? databases.map(({ name }) => ({ name })) : databases;
    return documentReply({ databases: shown, totalSize: 0, totalSizeMb: 0, ok: 1 });
  },
  listcollections: (command, context) => {
    const { test } = compileFilter(documentAt(command, 'filter') ?? {});
    const all = context.store.collectionsOf(context.database).map(({ name, options, uuid, idIndex }) => ({
      name: name.slice(context.database.length + 1),
      type: 'collection',
      options,
      info: { readOnly: false, uuid: new UUID(uuid) },
      idIndex: idIndex.specification,
    }));
    const batchSize = countAt(documentAt(command, 'cursor') ?? {}, 'batchSize');
    const found = all.filter((each) => test(each));
    return listReply(context, `${context.database}.$cmd.listCollections`, found, batchSize);
  },
  collstats: (command, { store, database }) => {
    const name = `${database}.${collectionAt(command, 'collStats')}`;
    const collection = store.collection(name);
    const [count, nindexes] = [collection?.count ?? 0, collection?.indexes.length ?? 0];
    return documentReply({ ns: name, count, nindexes, size: 0, storageSize: 0, totalIndexSize: 0, ok: 1 });
  },
  dbstats: (_command, { store, database }) => {
    const collections = store.collectionsOf(database);
    const objects = collections.reduce((sum, { count }) => sum + count, 0);
    return documentReply({
      db: database,
      collections: collections.length,
      objects,
      dataSize: 0,
      storageSize: 0,
      ok: 1,
    });
  },
};

/** Fields of `create` that belong to the command and not to the collection. */
const commandFields = new Set(
  'create $db lsid txnNumber writeConcern readConcern comment maxTimeMS apiVersion'.split(' '),
);
const refusedOptions = ['viewOn', 'pipeline', 'timeseries', 'capped', 'validator', 'clusteredIndex'];

async function create(command: BsonDocument, { store, database }: Context): Promise<Reply> {
  const name = `${database}.${collectionAt(command, 'create')}`;
  const refused = refusedOptions.find((option) => command[option] !== undefined && command[option] !== false);
  if (refused) throw notSupported(`the option '${refused}' of create`);
  parseCollation(command['collation']);
  const options = Object.fromEntries(Object.entries(command).filter(([field]) => !commandFields.has(field)));
  await store.change(() => {
    if (store.collection(name)) {
      throw new CommandError('NamespaceExists', `Collection ${name} already exists.`);
    }
    store.ensureCollection(name, options);
  });
  return documentReply({ ok: 1 });
}

async function rename(command: BsonDocument, { store }: Context): Promise<Reply> {
  const [from, to] = [stringAt(command, 'renameCollection') ?? '', stringAt(command, 'to') ?? ''];
  await store.change(() => {
    const collection = store.collection(from);
    if (!collection) throw new CommandError('NamespaceNotFound', `Source collection ${from} does not exist`);
    const isTaken = store.collection(to) !== undefined && !flagAt(command, 'dropTarget');
    if (isTaken) throw new CommandError('NamespaceExists', 'target namespace exists');
    if (from !== to) store.rename(collection, to);
  });
  return documentReply({ ok: 1 });
}
