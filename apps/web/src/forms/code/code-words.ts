import type { Column } from '@pelton/contract';

/** What an editor completes: columns, by table where there are tables, and functions. */
export interface CodeWords {
  tables: Record<string, readonly Column[]>;
  functions: readonly CodeFunction[];
}

export interface CodeFunction {
  name: string;
  syntax: string;
  about: string;
}

/** A formula speaks of the columns of one row, SQL of tables. */
export type CodeLanguage = 'formula' | 'sql';
