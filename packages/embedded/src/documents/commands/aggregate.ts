import { replaceCollection } from '../aggregate/out.js';
import { mergeInto } from '../aggregate/merge.js';
import { compilePipeline } from '../aggregate/pipeline.js';
import { type Flow, flowOf, type PipelineContext } from '../aggregate/stage.js';
import { assertDocumentSize, encode } from '../bson/encoder.js';
import { type BsonDocument, isDocument } from '../bson/value.js';
import { badValue, CommandError } from '../command-error.js';
import type { Reply } from '../protocol/reply.js';
import { countAt, documentAt, documentsAt } from './arguments.js';
import type { Context, Handlers } from './context.js';
import { Cursor } from './cursor.js';
import { collationOf, variablesOf } from './read-options.js';

/** Aggregation pipelines, with `$out` and `$merge` at their ends. */
export const aggregateCommands: Handlers = { aggregate };

async function aggregate(command: BsonDocument, context: Context): Promise<Reply> {
  const target = command['aggregate'];
  const name = typeof target === 'string' ? target : '$cmd.aggregate';
  const namespace = `${context.database}.${name}`;
  const stages = documentsAt(command, 'pipeline');
  const collation = collationOf(command, context.store.collection(namespace));
  const pipelineContext = { ...context, collation, variables: variablesOf(command) };
  const batchSize = countAt(documentAt(command, 'cursor') ?? {}, 'batchSize');
  const sink = stages.findIndex((stage) => '$out' in stage || '$merge' in stage);
  if (sink >= 0 && sink < stages.length - 1)
    throw new CommandError('Location40601', '$out and $merge can only be the last stage');
  const reading = sink < 0 ? stages : stages.slice(0, -1);
  const flow = start(name, reading, { ...pipelineContext, namespace });
  if (sink >= 0) await write(stages.at(-1)!, flow, { ...pipelineContext, namespace });
  const cursor = new Cursor(namespace, encoded(sink < 0 ? flow : flowOf([])), context.pace);
  if (context.transaction) await cursor.drain();
  return context.cursors.start(cursor, batchSize);
}

interface StartContext extends PipelineContext {
  readonly namespace: string;
}

/** Runs the stages on what the first of them names: the collection, given documents, or figures about it. */
function start(name: string, stages: readonly BsonDocument[], context: StartContext): Flow {
  const [first = {}] = stages;
  if ('$changeStream' in first) {
    throw new CommandError('Location40573', 'The $changeStream stage is not supported by the embedded document server');
  }
  const given = givenDocuments(first, context);
  if (given) return compilePipeline(stages.slice(1), context.collation).run(flowOf(given), context);
  return compilePipeline(stages, context.collation).runOn(name, context);
}

function givenDocuments(first: BsonDocument, { store, namespace }: StartContext): BsonDocument[] | undefined {
  const collection = store.collection(namespace);
  const { $documents: documents } = first;
  if (documents !== undefined) {
    if (!Array.isArray(documents)) throw badValue('$documents needs an array of objects');
    return documents.filter(isDocument);
  }
  if ('$collStats' in first) return [{ ns: namespace, localTime: new Date(), count: collection?.count ?? 0 }];
  if (!('$indexStats' in first)) return undefined;
  return (collection?.indexes ?? []).map(({ specification: { name, key } }) => ({ name, key, accesses: { ops: 0 } }));
}

async function write(sink: BsonDocument, flow: Flow, context: StartContext): Promise<void> {
  if (context.transaction) throw badValue('$out and $merge cannot run in a transaction');
  if ('$merge' in sink) {
    await mergeInto(sink['$merge'], flow, context.namespace, context);
    return;
  }
  const operand = sink['$out'];
  const { db, coll } = isDocument(operand) ? operand : { db: context.database, coll: operand };
  if (typeof coll !== 'string' || typeof db !== 'string') throw badValue('$out needs the name of a collection');
  await replaceCollection(context.store, `${db}.${coll}`, flow);
}

/** @throws BSONObjectTooLarge like a stored document, which a result may become */
function encodeResult(document: BsonDocument): Buffer {
  const bytes = encode(document);
  assertDocumentSize(bytes);
  return bytes;
}

async function* encoded(flow: Flow): AsyncGenerator<Buffer[]> {
  for await (const group of flow) if (group.length > 0) yield group.map(encodeResult);
}
