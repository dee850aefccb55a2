import { encode } from '../bson/encoder.js';
import type { BsonDocument } from '../bson/value.js';
import type { Reply } from '../protocol/reply.js';
import { Cursor } from './cursor.js';
import type { Context } from './context.js';

/** Answers with a list that is there already, as the first batch of a cursor. */
export function listReply(
  context: Context,
  namespace: string,
  list: readonly BsonDocument[],
  batchSize: number | undefined,
): Promise<Reply> {
  return context.cursors.start(new Cursor(namespace, encoded(list), context.pace), batchSize);
}

async function* encoded(list: readonly BsonDocument[]): AsyncGenerator<Buffer[]> {
  yield list.map(encode);
}
