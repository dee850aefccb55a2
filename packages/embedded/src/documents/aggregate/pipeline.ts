import { decode, decodeFields } from '../bson/decoder.js';
import { isNumber, toNumber } from '../bson/numbers.js';
import { type BsonDocument, isDocument } from '../bson/value.js';
import { badValue, CommandError, notSupported } from '../command-error.js';
import type { Collation } from '../query/collation.js';
import { prepareSearch } from '../query/match-records.js';
import { orderedRecords } from '../query/ordered-records.js';
import { fieldsNeeded } from './dependencies.js';
import { basicStages, transformStage } from './stages/basic.js';
import { combiningStages } from './stages/combining.js';
import { graphLookupStage } from './stages/graph-lookup.js';
import { libraryStages } from './stages/library.js';
import { lookupStage } from './stages/lookup.js';
import { windowStage } from './stages/window.js';
import type { Flow, Pipeline, PipelineContext, Stage, StageFactory } from './stage.js';

const factories: Readonly<Record<string, StageFactory>> = {
  ...basicStages,
  ...combiningStages,
  ...libraryStages,
  $lookup: lookupStage,
  $graphLookup: graphLookupStage,
  $setWindowFields: windowStage,
};

/**
 * Compiles an aggregation pipeline.
 * @throws Location40324 for a stage that is not known
 * @throws Location40323 for a stage without exactly one field
 */
export function compilePipeline(stages: unknown, collation?: Collation): Pipeline {
  if (!Array.isArray(stages)) throw badValue("'pipeline' option must be specified as an array");
  const documents = stages.map((stage: unknown) => {
    if (isDocument(stage) && Object.keys(stage).length === 1) return stage;
    throw new CommandError('Location40323', 'A pipeline stage specification object must contain exactly one field.');
  });
  const compiled = documents.map((stage, i) => compileStage(stage, documents[i + 1], collation));
  const { query, sort, limit, used } = leadingSearch(documents);
  return {
    run: (source, context) => chain(source, compiled, context),
    runOn(name, context) {
      const fields = fieldsNeeded(documents.slice(used));
      const source = read(context, name, { query, sort, limit, collation, fields });
      return chain(source, compiled.slice(used), context);
    },
  };
}

function compileStage(document: BsonDocument, next: BsonDocument | undefined, collation: Collation | undefined): Stage {
  const [name = '', operand] = Object.entries(document)[0] ?? [];
  const setup = { collation, next, compile: (stages: unknown) => compilePipeline(stages, collation) };
  const transform = transformStage(name, operand);
  if (transform) return transform;
  const factory = Object.hasOwn(factories, name) ? factories[name] : undefined;
  if (factory) return factory(operand, setup);
  if (refusedStages.has(name)) throw notSupported(name);
  throw new CommandError('Location40324', `Unrecognized pipeline stage name: '${name}'`);
}

const refusedStages = new Set('$geoNear $search $searchMeta $vectorSearch $listSessions $currentOp'.split(' '));

function chain(source: Flow, stages: readonly Stage[], context: PipelineContext): Flow {
  return stages.reduce((flow, stage) => stage(flow, context), source);
}

interface LeadingSearch {
  readonly query: BsonDocument;
  readonly sort: BsonDocument | undefined;
  readonly limit: number;
  /** How many stages the search stands for. */
  readonly used: number;
}

/** What the first stages come to as a query, so that an index can serve them. */
function leadingSearch(stages: readonly BsonDocument[]): LeadingSearch {
  const first = stages[0]?.['$match'];
  const query = isDocument(first) ? first : {};
  let used = isDocument(first) ? 1 : 0;
  const order = stages[used]?.['$sort'];
  const sort = isDocument(order) ? order : undefined;
  if (sort) used++;
  const wanted = stages[used]?.['$limit'];
  const limit = isNumber(wanted) ? toNumber(wanted) : Infinity;
  return { query, sort, limit, used: limit < Infinity ? used + 1 : used };
}

interface ReadOptions extends Omit<LeadingSearch, 'used'> {
  readonly collation: Collation | undefined;
  readonly fields: ReadonlySet<string> | undefined;
}

async function* read(context: PipelineContext, name: string, { query, limit, fields, ...options }: ReadOptions): Flow {
  const collection = context.store.collection(`${context.database}.${name}`);
  if (!collection) return;
  const searchOptions = { ...options, variables: context.variables };
  const search = prepareSearch(context, collection, query, searchOptions);
  for await (const batch of orderedRecords(context, search, searchOptions, limit)) {
    yield batch.map(({ bytes }) => (fields ? decodeFields(bytes, fields) : decode(bytes)));
    await context.pace.restIfDue();
  }
}
