import { decode } from '../../bson/decoder.js';
import { elementValues, matchedValues, setPath } from '../../bson/path.js';
import { type BsonDocument, cloneValue, isDocument } from '../../bson/value.js';
import { valueKey } from '../../bson/value-key.js';
import { badValue, notSupported } from '../../command-error.js';
import { collectRecords, matchRecords, prepareSearch } from '../../query/match-records.js';
import type { Collection } from '../../store/collection.js';
import { compileExpression, type Variables } from '../expression.js';
import { flowOf, gather, type PipelineContext, type StageFactory } from '../stage.js';

/** `$lookup`: adds to each document an array of those of another collection that belong to it. */
export const lookupStage: StageFactory = (operand, { compile }) => {
  const specification = isDocument(operand) ? operand : {};
  const { from, as, localField, foreignField, pipeline: stages, let: bindings } = specification;
  if (isDocument(from)) throw notSupported('$lookup from another database');
  if (typeof from !== 'string' || typeof as !== 'string') throw badValue("$lookup needs 'from' and 'as'");
  const hasFields = typeof localField === 'string' && typeof foreignField === 'string';
  if (!hasFields && stages === undefined)
    throw badValue("$lookup needs 'localField' and 'foreignField', or a 'pipeline'");
  const pipeline = stages === undefined ? undefined : compile(stages);
  const variables = Object.entries(isDocument(bindings) ? bindings : {}).map(
    ([name, expression]) => [name, compileExpression(expression)] as const,
  );
  return async function* (source, context) {
    const join = hasFields ? new Join(context, from, localField, foreignField) : undefined;
    for await (const group of source) {
      const made: BsonDocument[] = [];
      for (const document of group) {
        const inner = { ...context, variables: bind(variables, document, context.variables) };
        const joined = join && (await join.find(document));
        const found = await (joined && pipeline
          ? gather(pipeline.run(flowOf(joined), inner))
          : (joined ?? gather(pipeline!.runOn(from, inner))));
        const next = cloneValue(document);
        setPath(next, as.split('.'), found);
        made.push(next);
        await context.pace.restIfDue();
      }
      yield made;
    }
  };
};

function bind(
  bindings: readonly (readonly [string, (root: unknown, variables: Variables) => unknown])[],
  document: BsonDocument,
  variables: Variables,
): Variables {
  if (bindings.length === 0) return variables;
  return {
    ...variables,
    ...Object.fromEntries(bindings.map(([name, evaluate]) => [name, evaluate(document, variables) ?? null])),
  };
}

/** Finds the documents of a collection by the values of a field: through an index, else from a table made once. */
export class Join {
  private readonly collection: Collection | undefined;
  private readonly localPath: readonly string[];
  private table: Map<string, BsonDocument[]> | undefined;

  constructor(
    private readonly context: PipelineContext,
    from: string,
    localField: string,
    private readonly foreignField: string,
  ) {
    this.collection = context.store.collection(`${context.database}.${from}`);
    this.localPath = localField.split('.');
  }

  find(document: BsonDocument): Promise<BsonDocument[]> {
    return this.withValues(localValues(document, this.localPath));
  }

  async withValues(values: unknown[]): Promise<BsonDocument[]> {
    if (!this.collection) return [];
    if (!this.table) {
      const query = { [this.foreignField]: { $in: values } };
      const search = prepareSearch(this.context, this.collection, query);
      if (search.plan.kind === 'index') {
        return (await collectRecords(this.context, search)).map(({ bytes }) => decode(bytes));
      }
      this.table = await this.makeTable(this.collection);
    }
    const { table } = this;
    const keys = new Set(values.map(valueKey));
    return [...new Set([...keys].flatMap((key) => table.get(key) ?? []))];
  }

  private async makeTable(collection: Collection): Promise<Map<string, BsonDocument[]>> {
    const table = new Map<string, BsonDocument[]>();
    const path = this.foreignField.split('.');
    for await (const batch of matchRecords(this.context, prepareSearch(this.context, collection, {}))) {
      for (const { bytes } of batch) {
        const document = decode(bytes);
        const values = matchedValues(document, path).flatMap((value) =>
          Array.isArray(value) ? [value, ...value] : [value],
        );
        for (const key of new Set(values.map(valueKey))) {
          const known = table.get(key);
          if (known) known.push(document);
          else table.set(key, [document]);
        }
      }
    }
    return table;
  }
}

/** A missing local field looks for null, as MongoDB has it. */
function localValues(document: BsonDocument, path: readonly string[]): unknown[] {
  const values = elementValues(document, path);
  return values.length > 0 || matchedValues(document, path).some(Array.isArray) ? values : [null];
}
