import { type BsonDocument, isDocument } from '../bson/value.js';
import { CommandError } from '../command-error.js';
import { compileFilter, type Filter } from '../query/filter.js';

/**
 * Compiles the filters that `$[identifier]` in update paths refers to.
 * @param steps the steps of all paths of the update
 * @throws FailedToParse for a filter without identifier, for two of one identifier, or for one that is not used
 */
export function compileArrayFilters(filters: readonly BsonDocument[], steps: readonly string[]): Map<string, Filter> {
  const compiled = new Map<string, Filter>();
  for (const filter of filters) {
    const identifier = identifierOf(filter);
    if (identifier === undefined || compiled.has(identifier)) {
      throw new CommandError('FailedToParse', 'each array filter needs an identifier of its own');
    }
    if (!steps.includes(`$[${identifier}]`)) {
      const message = `The array filter for identifier '${identifier}' was not used in the update`;
      throw new CommandError('FailedToParse', message);
    }
    compiled.set(identifier, compileFilter(filter));
  }
  return compiled;
}

function identifierOf(filter: BsonDocument): string | undefined {
  for (const [key, operand] of Object.entries(filter)) {
    if (!key.startsWith('$')) return key.split('.')[0];
    const [branch] = Array.isArray(operand) ? operand.filter(isDocument) : [];
    if (branch) return identifierOf(branch);
  }
  return undefined;
}
