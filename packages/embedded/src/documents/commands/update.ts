import type { BsonDocument } from '../bson/value.js';
import { CommandError } from '../command-error.js';
import { documentReply, type Reply } from '../protocol/reply.js';
import { compileUpdate, type Update } from '../update/update.js';
import { collectionAt, documentAt, documentsAt, flagAt, numberAt } from './arguments.js';
import {
  type Changed,
  changeAll,
  changeFirst,
  removeRecord,
  type Target,
  updateRecord,
  upsert,
} from './change-records.js';
import type { Context, Handlers } from './context.js';
import { collationOf, variablesOf } from './read-options.js';
import { StatementErrors } from './statement-errors.js';
import { decode } from '../bson/decoder.js';

/** Commands that change or remove what a query finds. */
export const updateCommands: Handlers = { update, delete: remove };

/** An upsert that meets the document that another one has just inserted looks again this often. */
const upsertAttempts = 3;

async function update(command: BsonDocument, context: Context): Promise<Reply> {
  const namespace = `${context.database}.${collectionAt(command, 'update')}`;
  const errors = new StatementErrors(command, context.transaction !== undefined);
  const upserted: BsonDocument[] = [];
  let [matched, modified] = [0, 0];
  const note = ({ isModified }: Changed) => {
    matched++;
    if (isModified) modified++;
  };
  for (const [index, statement] of statementsOf(command, 'updates', context).entries()) {
    if (errors.isStopped) break;
    try {
      const target = targetOf(command, statement, namespace, context);
      const compiled = compileFor(target, statement);
      if (flagAt(statement, 'multi')) {
        const before = matched;
        if (compiled.isReplacement) {
          throw new CommandError('FailedToParse', 'multi update is not supported for replacement-style update');
        }
        await changeAll(context, target, updateRecord(compiled), note);
        if (matched > before || !flagAt(statement, 'upsert')) continue;
      }
      const outcome = await updateOrInsert(context, target, compiled, flagAt(statement, 'upsert'));
      if (outcome.kind === 'changed') note(outcome.changed);
      if (outcome.kind === 'inserted') {
        matched++;
        upserted.push({ index, _id: outcome.document['_id'] });
      }
    } catch (error) {
      errors.note(index, error);
    }
  }
  const upsertedField = upserted.length > 0 ? { upserted } : {};
  return documentReply({ n: matched, nModified: modified, ...upsertedField, ...errors.fields, ok: 1 });
}

async function remove(command: BsonDocument, context: Context): Promise<Reply> {
  const namespace = `${context.database}.${collectionAt(command, 'delete')}`;
  const errors = new StatementErrors(command, context.transaction !== undefined);
  let removed = 0;
  for (const [index, statement] of statementsOf(command, 'deletes', context).entries()) {
    if (errors.isStopped) break;
    try {
      const target = targetOf(command, statement, namespace, context);
      if (numberAt(statement, 'limit') === 1) removed += (await changeFirst(context, target, removeRecord)) ? 1 : 0;
      else await changeAll(context, target, removeRecord, () => removed++);
    } catch (error) {
      errors.note(index, error);
    }
  }
  return documentReply({ n: removed, ...errors.fields, ok: 1 });
}

/** What became of an update that may insert. */
export type Outcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'changed'; readonly changed: Changed }
  | { readonly kind: 'inserted'; readonly document: BsonDocument };

/** Updates the first match, or inserts when there is none and that is wanted. */
export async function updateOrInsert(
  context: Context,
  target: Target,
  compiled: Update,
  isUpsert: boolean,
): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    const changed = await changeFirst(context, target, updateRecord(compiled));
    if (changed) return { kind: 'changed', changed };
    if (!isUpsert) return { kind: 'none' };
    try {
      return { kind: 'inserted', document: await upsert(context, target, compiled) };
    } catch (error) {
      const isDuplicate = error instanceof CommandError && error.codeName === 'DuplicateKey';
      if (!isDuplicate || attempt === upsertAttempts) throw error;
    }
  }
}

/** Compiles the update of a statement. */
export function compileFor(target: Target, statement: BsonDocument, field = 'u'): Update {
  return compileUpdate(statement[field], {
    query: target.query,
    arrayFilters: documentsAt(statement, 'arrayFilters'),
    variables: target.options.variables ?? {},
    collation: target.options.collation,
    now: new Date(),
  });
}

function targetOf(command: BsonDocument, statement: BsonDocument, namespace: string, context: Context): Target {
  const collation = collationOf(statement, context.store.collection(namespace));
  const sort = documentAt(statement, 'sort');
  return {
    namespace,
    query: documentAt(statement, 'q') ?? {},
    options: { collation, hint: statement['hint'], sort, variables: variablesOf(command) },
  };
}

function statementsOf(command: BsonDocument, field: string, context: Context): BsonDocument[] {
  return context.sequences.get(field)?.map(decode) ?? documentsAt(command, field);
}
