import type { WriteBatch } from '@pelton/sdk';
import { quote } from './column-sql.js';

export interface Insert {
  /** The columns of each row, in order. */
  names: string[];
  /** The statement for so many rows. */
  text: (rows: number) => string;
}

/** How rows get into a table; in the mode `update` a row with the same keys is changed. */
export function insertInto(database: string, table: string, { mode, keys, records }: WriteBatch): Insert {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const columns = names.map((name) => quote(name)).join(', ');
  const row = `(${names.map(() => '?').join(', ')})`;
  const end = mode === 'update' ? ` ON DUPLICATE KEY UPDATE ${changes(names, keys)}` : '';
  const text = (rows: number) =>
    `INSERT INTO ${quote(database, table)} (${columns}) VALUES ${Array.from({ length: rows }, () => row).join(', ')}${end}`;
  return { names, text };
}

/**
 * MySQL changes the row that any unique index found. Where that is not the row with these keys, the statement is made to
 * fail, by more rows than fit, rather than change somebody else's.
 */
function changes(names: string[], keys: string[]): string {
  const same = keys.map((key) => `${quote(key)} <=> VALUES(${quote(key)})`).join(' AND ');
  const [first = ''] = keys;
  const guard = `${quote(first)} = IF(${same}, ${quote(first)}, (SELECT 1 UNION ALL SELECT 2))`;
  const others = names.filter((name) => !keys.includes(name));
  return [guard, ...others.map((name) => `${quote(name)} = VALUES(${quote(name)})`)].join(', ');
}
