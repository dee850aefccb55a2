import { type BsonDocument, isDocument, setField } from '../../bson/value.js';
import { compareValues } from '../../bson/compare.js';
import { badValue } from '../../command-error.js';
import { compileExpression } from '../expression.js';
import { addTo, compileFields, groupStage, resultOf } from '../group.js';
import { flowOf, gather, type Stage, type StageFactory } from '../stage.js';

/** Stages that bring many documents, or several pipelines, together. */
export const combiningStages: Readonly<Record<string, StageFactory>> = {
  $group: groupStage,
  $bucket: bucketStage,
  $sortByCount: (operand, { compile }) => {
    const pipeline = compile([{ $group: { _id: operand, count: { $sum: 1 } } }, { $sort: { count: -1 } }]);
    return (source, context) => pipeline.run(source, context);
  },
  $facet: (operand, { compile }) => {
    if (!isDocument(operand)) throw badValue('the $facet specification must be an object');
    const facets = Object.entries(operand).map(([name, stages]) => ({ name, pipeline: compile(stages) }));
    return async function* (source, context) {
      const documents = await gather(source);
      const result: BsonDocument = {};
      for (const { name, pipeline } of facets) {
        setField(result, name, await gather(pipeline.run(flowOf(documents), context)));
      }
      yield [result];
    };
  },
  $unionWith: (operand, { compile }) => {
    const { coll, pipeline: stages } = isDocument(operand) ? operand : { coll: operand, pipeline: undefined };
    if (typeof coll !== 'string') throw badValue('$unionWith needs the name of a collection');
    const pipeline = compile(stages ?? []);
    return async function* (source, context) {
      yield* source;
      yield* pipeline.runOn(coll, context);
    };
  },
};

/** `$bucket`: a value equal to a boundary belongs to the bucket that begins there. */
function bucketStage(operand: unknown): Stage {
  const { groupBy, boundaries, default: other, output } = isDocument(operand) ? operand : {};
  if (!Array.isArray(boundaries) || boundaries.length < 2) throw badValue("$bucket needs at least 2 'boundaries'");
  const bounds: unknown[] = boundaries;
  const isRising = bounds.slice(1).every((bound, i) => compareValues(bounds[i], bound) < 0);
  if (!isRising) throw badValue("the 'boundaries' option to $bucket must be sorted");
  const valueOf = compileExpression(groupBy);
  const accumulators = compileFields(isDocument(output) ? output : { count: { $sum: 1 } });
  return async function* (source, context) {
    const buckets = bounds.map(() => accumulators.map(({ start }) => start()));
    const isUsed = bounds.map(() => false);
    for await (const group of source) {
      for (const document of group) {
        const place = bucketOf(bounds, valueOf(document, context.variables));
        if (place === undefined && other === undefined) {
          throw badValue('$bucket could not find a matching branch for an input, and no default was specified');
        }
        // the last boundary begins no bucket, so its place is the default's
        const bucket = place ?? bounds.length - 1;
        isUsed[bucket] = true;
        addTo(buckets[bucket]!, accumulators, document, context.variables);
      }
      await context.pace.restIfDue();
    }
    const ids = [...bounds.slice(0, -1), other];
    const made = ids.flatMap((id, i) => (isUsed[i] ? [resultOf({ _id: id }, accumulators, buckets[i]!)] : []));
    yield* flowOf(made.toSorted((left, right) => compareValues(left['_id'], right['_id'])));
  };
}

function bucketOf(bounds: readonly unknown[], value: unknown): number | undefined {
  const next = bounds.findIndex((bound) => compareValues(value, bound) < 0);
  return next > 0 ? next - 1 : undefined;
}
