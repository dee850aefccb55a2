import type { BsonDocument } from '../bson/value.js';
import type { Collation } from '../query/collation.js';
import type { Reader } from '../query/match-records.js';
import type { Variables } from './expression.js';

/** Documents on their way through a pipeline, in groups, so that nothing needs to be there all at once. */
export type Flow = AsyncGenerator<BsonDocument[]>;

/** What a pipeline runs with. */
export interface PipelineContext extends Reader {
  readonly database: string;
  readonly variables: Variables;
  readonly collation: Collation | undefined;
}

/** A compiled stage: documents in, documents out. */
export type Stage = (source: Flow, context: PipelineContext) => Flow;

/** What a stage is compiled with. */
export interface StageSetup {
  readonly collation: Collation | undefined;
  /** The stage behind this one, which may say how much is wanted. */
  readonly next: BsonDocument | undefined;
  /** Compiles a pipeline inside the stage. */
  readonly compile: (stages: unknown) => Pipeline;
}

/** Compiles the operand of a stage. */
export type StageFactory = (operand: unknown, setup: StageSetup) => Stage;

/** A compiled pipeline. */
export interface Pipeline {
  /** Runs all stages on documents. */
  run(source: Flow, context: PipelineContext): Flow;
  /** Runs all stages on a collection, whose indexes serve the first of them. */
  runOn(collection: string, context: PipelineContext): Flow;
}

/** So many documents travel together. */
const groupSize = 256;

/** Documents that are there already, as a flow. */
export async function* flowOf(documents: readonly BsonDocument[]): Flow {
  for (let at = 0; at < documents.length; at += groupSize) yield documents.slice(at, at + groupSize);
}

/** All documents of a flow. */
export async function gather(source: Flow): Promise<BsonDocument[]> {
  const all: BsonDocument[] = [];
  for await (const group of source) all.push(...group);
  return all;
}

/** A stage that makes any number of documents of each, resting between groups. */
export function eachDocument(
  change: (document: BsonDocument, context: PipelineContext) => readonly BsonDocument[],
): Stage {
  return async function* (source, context) {
    for await (const group of source) {
      const made: BsonDocument[] = [];
      for (const document of group) {
        made.push(...change(document, context));
        if (!context.pace.isDue) continue;
        if (made.length > 0) yield made.splice(0);
        await context.pace.rest();
      }
      if (made.length > 0) yield made;
    }
  };
}
