import type { Column } from '@pelton/contract';

/** An output port of a step of a run, whose rows can be looked at. */
export interface RowSource {
  run: string;
  step: string;
  port: string;
}

/** What a form has to know beyond its schema. */
export interface FormContext {
  /** The columns that arrive at each input port, by its name. */
  columns?: Record<string, readonly Column[]>;
  /** Where the rows of each input port last came from. */
  sources?: Record<string, RowSource>;
  /** The values of the whole form, for a field of a list that depends on one outside of it. */
  values?: Record<string, unknown>;
  /** Names of the secrets that are set already; their values never come back. */
  secretsSet?: readonly string[];
}

/** The columns of an input port, or of the first one when the field names none. */
export function columnsOf({ columns = {} }: FormContext, port: string | undefined): readonly Column[] {
  return (port !== undefined ? columns[port] : undefined) ?? Object.values(columns)[0] ?? [];
}

/** Where the rows of an input port last came from; of the first one when the field names none. */
export function sourceOf({ sources = {} }: FormContext, port: string | undefined): RowSource | undefined {
  return (port !== undefined ? sources[port] : undefined) ?? Object.values(sources)[0];
}
