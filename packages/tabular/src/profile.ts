import { type Look, lookOfText, mergeLooks } from './look.js';
import { notAsNamed } from './not-as-named.js';
import type { TableFile } from './table-file.js';
import { parquetColumns, readParquetMetadata } from './parquet-metadata.js';
import { readTime } from './read-time.js';
import { unquote } from './split-json.js';
import { remember } from './remember.js';
import { isText, type TextFile, textRows } from './text-rows.js';

export interface TableColumn {
  name: string;
  /** The warehouse's own name, such as `Nullable(Int64)`. */
  type: string;
}

/** What a file holds; `rows` is null when only its beginning was looked at. */
export interface Profile {
  columns: TableColumn[];
  rows: number | null;
  /** Whether the file itself says the names of its columns, just so; otherwise some were made up. */
  isNamed: boolean;
}

const typeOfLook: Record<Look, string> = {
  integer: 'Nullable(Int64)',
  decimal: 'Nullable(Float64)',
  boolean: 'Nullable(Bool)',
  time: "Nullable(DateTime64(3, 'UTC'))",
  text: 'Nullable(String)',
};

const MAX_REMEMBERED = 10_000;
const remembered = remember<Profile>(MAX_REMEMBERED);

/**
 * Goes through the whole file once, because an id with a leading zero, a word among numbers or a broken line may stand
 * in its last row. What was found is remembered until the file changes.
 * @throws FILE_NOT_AS_NAMED
 */
export async function profile(file: TableFile): Promise<Profile> {
  const find = () => (isText(file) ? profileText(file, Infinity) : profileParquet(file));
  return remembered(JSON.stringify([file.version, file.format]), find);
}

/** A first guess from at least `maxRows` rows of a text file, quick however large it is. */
export async function profileBeginning(file: TextFile, maxRows: number): Promise<Profile> {
  return profileText(file, maxRows);
}

async function profileText(file: TextFile, maxRows: number): Promise<Profile> {
  const lookOf = file.format.kind === 'csv' ? lookOfText : lookOfJson;
  const looks: (Look | null)[] = [];
  let names: readonly string[] = [];
  let rows = 0;
  let isNamed = false;
  const found = (total: number | null): Profile => ({
    columns: names.map((name, index) => ({ name, type: typeOfLook[looks[index] ?? 'text'] })),
    rows: total,
    isNamed,
  });
  for await (const piece of textRows(file)) {
    ({ names, isNamed } = piece);
    rows += piece.rows.length;
    for (const row of piece.rows) {
      for (let index = 0; index < row.length; index += 1) {
        const value = row[index] ?? null;
        const look = looks[index] ?? null;
        if (value !== null && look !== 'text') looks[index] = mergeLooks(look, lookOf(value));
      }
    }
    if (rows >= maxRows) return found(null);
  }
  if (names.length === 0) throw notAsNamed(file, 'it holds no values');
  return found(rows);
}

/** In JSON only what stands without quotes is a number; of what stands within, only times are told from other text. */
function lookOfJson(raw: string): Look {
  if (raw.startsWith('"')) return readTime(unquote(raw)) === null ? 'text' : 'time';
  if (raw === 'true' || raw === 'false') return 'boolean';
  if (raw.startsWith('{') || raw.startsWith('[')) return 'text';
  const look = lookOfText(raw);
  return look === 'text' && /[.eE]/.test(raw) && Number.isFinite(Number(raw)) ? 'decimal' : look;
}

async function profileParquet(file: TableFile): Promise<Profile> {
  const metadata = await readParquetMetadata(file);
  return { columns: parquetColumns(metadata), rows: Number(metadata.num_rows), isNamed: true };
}
