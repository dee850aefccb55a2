import type { BsonDocument } from '../bson/value.js';
import { CommandError } from '../command-error.js';
import { documentReply, type Reply } from '../protocol/reply.js';
import { compileProjection } from '../query/projection.js';
import { collectionAt, documentAt, flagAt } from './arguments.js';
import { changeFirst, removeRecord, type Target } from './change-records.js';
import type { Context, Handlers } from './context.js';
import { searchOptions } from './find.js';
import { compileFor, updateOrInsert } from './update.js';

/** Changes one document and shows it, as it was or as it is now. */
export const findAndModifyCommands: Handlers = { findandmodify: findAndModify };

async function findAndModify(command: BsonDocument, context: Context): Promise<Reply> {
  const [name = ''] = Object.keys(command);
  const namespace = `${context.database}.${collectionAt(command, name)}`;
  const target: Target = {
    namespace,
    query: documentAt(command, 'query') ?? {},
    options: searchOptions(command, context, namespace),
  };
  const show = shaper(command, target);
  if (flagAt(command, 'remove')) {
    const changed = await changeFirst(context, target, removeRecord);
    return answer({ n: changed ? 1 : 0 }, changed ? show(changed.before) : null);
  }
  if (command['update'] === undefined) {
    throw new CommandError('FailedToParse', 'Either an update or remove=true must be specified');
  }
  const compiled = compileFor(target, command, 'update');
  const isNew = flagAt(command, 'new');
  const outcome = await updateOrInsert(context, target, compiled, flagAt(command, 'upsert'));
  switch (outcome.kind) {
    case 'none':
      return answer({ n: 0, updatedExisting: false }, null);
    case 'changed': {
      const { before, after } = outcome.changed;
      return answer({ n: 1, updatedExisting: true }, show(isNew && after ? after : before));
    }
    case 'inserted': {
      const about = { n: 1, updatedExisting: false, upserted: outcome.document['_id'] };
      return answer(about, isNew ? show(outcome.document) : null);
    }
  }
}

function answer(lastErrorObject: BsonDocument, value: BsonDocument | null): Reply {
  return documentReply({ lastErrorObject, value, ok: 1 });
}

function shaper(command: BsonDocument, { query, options }: Target): (document: BsonDocument) => BsonDocument {
  const fields = documentAt(command, 'fields') ?? documentAt(command, 'projection') ?? {};
  if (Object.keys(fields).length === 0) return (document) => document;
  const project = compileProjection(fields, { isFind: true, query, collation: options.collation });
  return (document) => project(document, options.variables ?? {});
}
