import { AppError, type Column, describeColumn, isAppError, type Relation } from '@pelton/contract';

/** The column that a parameter names. @throws COLUMN_MISSING */
export function columnOf(relation: Relation, name: string): Column {
  const column = relation.columns.find((candidate) => candidate.name === name);
  if (!column)
    throw new AppError('COLUMN_MISSING', {
      column: name || '(none chosen)',
      columns: relation.columns.map((candidate) => candidate.name),
    });
  return column;
}

/** The column that a parameter names, told at its field when there is none. @throws PARAM_INVALID */
export function columnAt(relation: Relation, name: string, field: string): Column {
  try {
    return columnOf(relation, name);
  } catch (error) {
    if (isAppError(error)) throw new AppError('PARAM_INVALID', { field, reason: error.message }, { cause: error });
    throw error;
  }
}

/** @throws PARAM_INVALID when two columns would have one name */
export function refuseTwice(names: readonly string[], field: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new AppError('PARAM_INVALID', { field, reason: `two columns would be called ${twice}` });
}

/** The relation at a port that has to be connected. @throws INPUT_MISSING */
export function inputOf(inputs: Record<string, Relation>, port: string): Relation {
  const relation = inputs[port];
  if (!relation) throw new AppError('INPUT_MISSING', { port });
  return relation;
}

/** Columns from names and types, for ports whose shape does not depend on data. */
export function columnsOf(types: Record<string, string>): Column[] {
  return Object.entries(types).map(([name, type]) => describeColumn(name, type));
}
