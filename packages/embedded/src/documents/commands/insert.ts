import { ObjectId } from 'bson';
import { decode } from '../bson/decoder.js';
import { encode } from '../bson/encoder.js';
import { type BsonDocument } from '../bson/value.js';
import { documentReply, type Reply } from '../protocol/reply.js';
import type { EncodedDocument } from '../store/writer.js';
import { assertId } from '../update/id.js';
import { collectionAt, documentsAt } from './arguments.js';
import { changeCollection, type Context, type Handlers } from './context.js';
import { StatementErrors } from './statement-errors.js';

/** Inserts documents one by one; the first that is refused ends an ordered insert. */
export const insertCommands: Handlers = { insert };

async function insert(command: BsonDocument, context: Context): Promise<Reply> {
  const name = `${context.database}.${collectionAt(command, 'insert')}`;
  const documents = context.sequences.get('documents') ?? documentsAt(command, 'documents');
  const errors = new StatementErrors(command, context.transaction !== undefined);
  let [next, inserted] = [0, 0];
  while (next < documents.length && !errors.isStopped) {
    await changeCollection(context, name, (writer, collection) => {
      // one change takes no longer than a slice, so that many documents do not keep others waiting
      for (
        const slice = context.store.startSlice();
        next < documents.length && !errors.isStopped && !slice.isOver;
        next++
      ) {
        errors.attempt(next, () => {
          writer.insert(collection, prepare(documents[next]!));
          inserted++;
        });
      }
    });
    if (context.transaction) await context.pace.restIfDue();
  }
  return documentReply({ n: inserted, ...errors.fields, ok: 1 });
}

/** Puts `_id` first, making one if there is none. */
function prepare(source: Buffer | BsonDocument): EncodedDocument {
  const document = source instanceof Uint8Array ? decode(source) : source;
  assertId(document['_id']);
  // a copy, because the bytes that came are a view of the whole message
  if (source instanceof Uint8Array && hasIdFirst(source)) return { document, bytes: Buffer.from(source) };
  const { _id = new ObjectId(), ...fields } = document;
  const whole = { _id, ...fields };
  return { document: whole, bytes: encode(whole) };
}

const idName = Buffer.from('_id\0');

/** Whether the first field behind the length and its type byte is `_id`. */
function hasIdFirst(bytes: Buffer): boolean {
  return bytes.subarray(5, 5 + idName.length).equals(idName);
}
