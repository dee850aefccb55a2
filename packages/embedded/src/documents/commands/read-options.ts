import { compileExpression, type Variables } from '../aggregate/expression.js';
import type { BsonDocument } from '../bson/value.js';
import { type Collation, parseCollation } from '../query/collation.js';
import type { Collection } from '../store/collection.js';
import { documentAt } from './arguments.js';

/** The collation of a command, or the one that the collection was made with. */
export function collationOf(command: BsonDocument, collection: Collection | undefined): Collation | undefined {
  return parseCollation(command['collation'] ?? collection?.options['collation']);
}

/** The variables that expressions of a command see: those of `let` and the moment. */
export function variablesOf(command: BsonDocument): Variables {
  const variables: Record<string, unknown> = { NOW: new Date() };
  for (const [name, expression] of Object.entries(documentAt(command, 'let') ?? {})) {
    variables[name] = compileExpression(expression)({}, variables);
  }
  return variables;
}
