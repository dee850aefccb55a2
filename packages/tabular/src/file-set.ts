import { AppError, type ConnectorMessage, type ReadRequest, type StreamInfo } from '@pelton/sdk';
import type { FileRecord } from './file-record.js';
import { mergeColumns } from './merge-columns.js';
import { type Profile, profile, type TableColumn } from './profile.js';
import { readTable } from './read-table.js';
import { remember } from './remember.js';
import { markOf, marksIn } from './seen-files.js';
import { type FileSource, openTable } from './table-file.js';
import type { TableOptions } from './table-options.js';

/** Files that are read as one table: one file, or those that a pattern means. */
export interface FileSet {
  /** What the stream calls them. */
  stream: string;
  files: FileSource[];
  options: TableOptions;
}

/** Rows after which the files that are done are noted; fewer are read again when something breaks. */
const NOTE_EVERY_ROWS = 10_000;

const MAX_REMEMBERED = 10_000;
const remembered = remember<Profile>(MAX_REMEMBERED);

const FILE: TableColumn = { name: '_file', type: 'String' };
const ROW: TableColumn = { name: '_row', type: 'Int64' };

/** The columns of all files together, typed by all that is in them. */
export async function describeSet(set: FileSet): Promise<StreamInfo> {
  const profiles = await profilesOf(set);
  const columns = columnsOf(set, profiles);
  return {
    ...{ name: set.stream, title: set.stream },
    columns: set.options.origin ? [FILE, ROW, ...columns] : columns,
    rows: profiles.reduce((sum, { rows }) => sum + (rows ?? 0), 0),
    ...(set.options.origin && { primaryKey: [FILE.name, ROW.name] }),
  };
}

/**
 * The rows of all files, or of those that are new or changed since the state was told. Files that are gone are forgotten;
 * their rows stay.
 */
export async function* readSet(set: FileSet, request: ReadRequest): AsyncGenerator<ConnectorMessage> {
  const isIncremental = request.mode === 'incremental';
  const seen = isIncremental ? marksIn(request.state) : new Set<string>();
  const present = new Set(set.files.map(markOf));
  const done = new Set([...seen].filter((mark) => present.has(mark)));
  const due = set.files.filter((file) => !done.has(markOf(file)));
  const columns = due.length > 0 ? columnsOf(set, await profilesOf(set)) : [];
  const state = (): ConnectorMessage => ({ type: 'STATE', state: { files: [...done] } });
  let rows = 0;
  for (const file of due) {
    for await (const records of readFile(file, columns, set.options)) {
      rows += records.length;
      yield { type: 'RECORDS', records };
    }
    done.add(markOf(file));
    if (!isIncremental || rows < NOTE_EVERY_ROWS) continue;
    rows = 0;
    yield state();
  }
  if (isIncremental) yield state();
}

async function* readFile(
  source: FileSource,
  columns: TableColumn[],
  options: TableOptions,
): AsyncGenerator<FileRecord[]> {
  let row = 0;
  for await (const records of readTable(await openTable(source, options), columns)) {
    if (options.origin) for (const record of records) Object.assign(record, { _file: source.name, _row: (row += 1) });
    yield records;
  }
}

/** What each file holds. It is remembered, so not even the beginning of a file is looked at twice. */
async function profilesOf({ files, options }: FileSet): Promise<Profile[]> {
  const profiles: Profile[] = [];
  const { format, delimiter, header, quote } = options;
  for (const file of files) {
    const key = JSON.stringify([file.version, format, delimiter, header, quote]);
    profiles.push(await remembered(key, async () => profile(await openTable(file, options))));
  }
  return profiles;
}

/** @throws PARAM_INVALID when a file has a column of the name that the origin would have */
function columnsOf({ options }: FileSet, profiles: Profile[]): TableColumn[] {
  const columns = mergeColumns(profiles.map((each) => each.columns)).map(({ name, type }) => ({ name, type }));
  const taken = options.origin && columns.find(({ name }) => name === FILE.name || name === ROW.name);
  if (!taken) return columns;
  const reason = `The files have a column ${taken.name} of their own. Turn it off`;
  throw new AppError('PARAM_INVALID', { field: 'origin', reason });
}
