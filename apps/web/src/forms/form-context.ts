import type { Column } from '@pelton/contract';

/** What a form has to know beyond its schema. */
export interface FormContext {
  /** The columns that arrive at each input port, by its name. */
  columns?: Record<string, readonly Column[]>;
  /** Names of the secrets that are set already; their values never come back. */
  secretsSet?: readonly string[];
}

/** The columns of an input port, or of the first one when the field names none. */
export function columnsOf({ columns = {} }: FormContext, port: string | undefined): readonly Column[] {
  return (port !== undefined ? columns[port] : undefined) ?? Object.values(columns)[0] ?? [];
}
