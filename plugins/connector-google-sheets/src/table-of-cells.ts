import { AppError } from '@pelton/sdk';
import type { Cell } from './sheets-client.js';

/** A tab as a table: typed columns, and records that fit them. */
export interface CellTable {
  columns: { name: string; type: string }[];
  records: Record<string, Cell | null>[];
}

type Kind = 'Int64' | 'Float64' | 'Bool' | "DateTime64(3, 'UTC')" | 'String';

const TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?$/;

/**
 * Names come from the first row, types from all that stands below; a column that mixes kinds is text. Rows without any
 * value are passed over, as sheets end in many.
 * @param fromText whether numbers and booleans are written as text, as they are by link
 * @throws PARAM_INVALID when there is no row of names
 */
export function tableOfCells(tab: string, [head = [], ...rows]: Cell[][], fromText: boolean): CellTable {
  if (head.length === 0) {
    const reason = `the tab ${tab} is empty. Write the names of its columns into the first row`;
    throw new AppError('PARAM_INVALID', { field: 'stream', reason });
  }
  const names = nameColumns(head, Math.max(head.length, ...rows.map((row) => row.length)));
  const filled = rows.filter((row) => row.some((cell) => cell !== ''));
  const kinds = names.map((_, index) => kindOfAll(filled, index, fromText));
  return {
    columns: names.map((name, index) => ({ name, type: `Nullable(${kinds[index] ?? 'String'})` })),
    records: filled.map((row) =>
      Object.fromEntries(names.map((name, index) => [name, valueOf(row[index] ?? '', kinds[index] ?? 'String')])),
    ),
  };
}

function kindOfAll(rows: Cell[][], index: number, fromText: boolean): Kind {
  let kind: Kind | undefined;
  for (const row of rows) {
    const cell = row[index] ?? '';
    if (cell === '') continue;
    const each = kindOf(cell, fromText);
    if (kind === undefined || kind === each) kind = each;
    else kind = [kind, each].every((one) => one === 'Int64' || one === 'Float64') ? 'Float64' : 'String';
    if (kind === 'String') return kind;
  }
  return kind ?? 'String';
}

function kindOf(cell: Cell, fromText: boolean): Kind {
  if (typeof cell === 'boolean') return 'Bool';
  if (typeof cell === 'number') return Number.isSafeInteger(cell) ? 'Int64' : 'Float64';
  if (TIME.test(cell) && !Number.isNaN(Date.parse(`${cell.slice(0, 10)}T00:00Z`))) return "DateTime64(3, 'UTC')";
  if (!fromText) return 'String';
  if (/^(TRUE|FALSE)$/.test(cell)) return 'Bool';
  if (/^-?(0|[1-9]\d{0,14})$/.test(cell)) return 'Int64';
  return /^-?(0|[1-9]\d*)\.\d+$/.test(cell) ? 'Float64' : 'String';
}

function valueOf(cell: Cell, kind: Kind): Cell | null {
  if (cell === '') return null;
  if (kind === 'String') return String(cell);
  if (kind === 'Bool') return cell === true || cell === 'TRUE';
  return kind === 'Int64' || kind === 'Float64' ? Number(cell) : cell;
}

/** A column without a name is called by its place, a repeated one gets a number. */
function nameColumns(head: Cell[], width: number): string[] {
  const names = new Set<string>();
  for (let index = 0; index < width; index += 1) {
    const wanted = String(head[index] ?? '').trim() || `column_${index + 1}`;
    let name = wanted;
    for (let count = 2; names.has(name); count += 1) name = `${wanted}_${count}`;
    names.add(name);
  }
  return [...names];
}
