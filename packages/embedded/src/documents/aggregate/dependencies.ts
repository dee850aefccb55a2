import { type BsonDocument, isDocument, isOperatorDocument } from '../bson/value.js';
import { compileFilter } from '../query/filter.js';
import { includedFields } from '../query/projection.js';

/**
 * The top-level fields that a pipeline looks at; undefined when it may need whole documents.
 * Only these are decoded, which is most of the work of counting and grouping.
 */
export function fieldsNeeded(stages: readonly BsonDocument[]): ReadonlySet<string> | undefined {
  const fields = new Set<string>();
  for (const stage of stages) {
    const [name = '', operand] = Object.entries(stage)[0] ?? [];
    switch (name) {
      case '$count':
        return fields;
      case '$limit':
      case '$skip':
        continue;
      case '$group':
        return addReferences(operand, fields) ? fields : undefined;
      case '$project': {
        const included = isDocument(operand) ? includedFields(operand) : undefined;
        return included && new Set([...fields, ...included]);
      }
      case '$match': {
        const needed = compileFilter(isDocument(operand) ? operand : {}).fields;
        if (!needed) return undefined;
        for (const field of needed) fields.add(field);
        continue;
      }
      case '$sort':
        for (const path of Object.keys(isDocument(operand) ? operand : {})) fields.add(path.split('.')[0]!);
        continue;
      case '$unwind': {
        const path = isDocument(operand) ? operand['path'] : operand;
        if (!addReferences(path, fields)) return undefined;
        continue;
      }
      default:
        return undefined;
    }
  }
  return undefined;
}

/** Adds the fields that an expression refers to; false when it may see the whole document. */
function addReferences(expression: unknown, fields: Set<string>): boolean {
  if (typeof expression === 'string') {
    if (/^\$\$(ROOT|CURRENT)\b/.test(expression)) return false;
    if (/^\$[^$]/.test(expression)) fields.add(expression.slice(1).split('.')[0]!);
    return true;
  }
  if (Array.isArray(expression)) return expression.every((each) => addReferences(each, fields));
  if (!isDocument(expression)) return true;
  if (isOperatorDocument(expression)) {
    if (Object.hasOwn(expression, '$literal')) return true;
    if (/^\$(top|bottom|getField)/.test(Object.keys(expression)[0]!)) return false;
  }
  return Object.values(expression).every((each) => addReferences(each, fields));
}
