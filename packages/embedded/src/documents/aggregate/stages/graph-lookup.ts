import { elementValues, setPath } from '../../bson/path.js';
import { asInteger, isNumber, toNumber } from '../../bson/numbers.js';
import { type BsonDocument, cloneValue, isDocument } from '../../bson/value.js';
import { valueKey } from '../../bson/value-key.js';
import { badValue } from '../../command-error.js';
import { compileFilter } from '../../query/filter.js';
import { compileExpression } from '../expression.js';
import type { StageFactory } from '../stage.js';
import { Join } from './lookup.js';

/** `$graphLookup`: follows references from document to document, each found once. */
export const graphLookupStage: StageFactory = (operand) => {
  const specification = isDocument(operand) ? operand : {};
  const { from, startWith, connectFromField, connectToField, as, maxDepth, depthField } = specification;
  const names = [from, connectFromField, connectToField, as];
  if (!names.every((name) => typeof name === 'string')) {
    throw badValue("$graphLookup needs 'from', 'connectFromField', 'connectToField' and 'as'");
  }
  const [source, fromField, toField, target] = names as [string, string, string, string]; // checked above
  const start = compileExpression(startWith);
  const restriction = specification['restrictSearchWithMatch'];
  const { test } = compileFilter(isDocument(restriction) ? restriction : {});
  const deepest = isNumber(maxDepth) ? toNumber(maxDepth) : Infinity;
  return async function* (flow, context) {
    const join = new Join(context, source, fromField, toField);
    for await (const group of flow) {
      const made: BsonDocument[] = [];
      for (const document of group) {
        const found = new Map<string, BsonDocument>();
        const first = start(document, context.variables);
        let frontier: unknown[] = Array.isArray(first) ? first : [first ?? null];
        for (let depth = 0; frontier.length > 0 && depth <= deepest; depth++) {
          const next = (await join.withValues(frontier)).filter(
            (each) => test(each) && !found.has(valueKey(each['_id'])),
          );
          for (const each of next) found.set(valueKey(each['_id']), withDepth(each, depthField, depth));
          frontier = next.flatMap((each) => elementValues(each, fromField.split('.')));
          await context.pace.restIfDue();
        }
        const result = cloneValue(document);
        setPath(result, target.split('.'), [...found.values()]);
        made.push(result);
      }
      yield made;
    }
  };
};

function withDepth(document: BsonDocument, field: unknown, depth: number): BsonDocument {
  return typeof field === 'string' ? { ...document, [field]: asInteger(BigInt(depth)) } : document;
}
