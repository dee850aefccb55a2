import { AppError, type StreamInfo } from '@pelton/sdk';
import {
  describeSet,
  type FileSource,
  hasKnownEnding,
  isText,
  openTable,
  type Profile,
  profile,
  profileBeginning,
} from '@pelton/tabular';
import type { Bucket } from './bucket.js';
import { type ConnectionConfig, rootOf } from './connection-config.js';
import { findObjects, sourceOf } from './find-objects.js';
import { StreamOptions } from './stream-options.js';

/** More objects than this are not offered; each can still be read by its name. */
const MAX_OFFERED = 50;
const SAMPLE_ROWS = 1_000;

/** The objects that can be read, and what lies together as a pattern; or a stream as all of it says. */
export async function discoverObjects(
  bucket: Bucket,
  config: ConnectionConfig,
  options?: StreamOptions,
): Promise<StreamInfo[]> {
  if (options) {
    const files = await findObjects(bucket, config, options.stream);
    return [await describeSet({ stream: options.stream, files, options })];
  }
  const offered: FileSource[] = [];
  for await (const page of bucket.list(rootOf(config))) {
    const sources = page.map((object) => sourceOf(bucket, config, object));
    offered.push(...sources.filter(({ name }) => hasKnownEnding(name)));
    if (offered.length >= MAX_OFFERED) break;
  }
  const streams: StreamInfo[] = [];
  for (const source of offered.slice(0, MAX_OFFERED)) streams.push(...(await lookAt(source)));
  return [...patternsOf(streams), ...streams];
}

/** What the beginning of an object holds; nothing for one that cannot be read. */
async function lookAt(source: FileSource): Promise<StreamInfo[]> {
  try {
    const table = await openTable(source, StreamOptions.parse({ stream: source.name }));
    const found: Profile = isText(table) ? await profileBeginning(table, SAMPLE_ROWS) : await profile(table);
    return [{ name: source.name, title: source.name, ...found }];
  } catch (error) {
    if (error instanceof AppError && error.code === 'FILE_NOT_AS_NAMED') return [];
    throw error;
  }
}

/** Objects of one folder and ending are likely one table; its columns are, for now, those of the first. */
function patternsOf(streams: StreamInfo[]): StreamInfo[] {
  const groups = new Map<string, StreamInfo[]>();
  for (const stream of streams) {
    const pattern = stream.name.replace(/[^/]*(\.[^./]+)$/, '*$1');
    groups.set(pattern, [...(groups.get(pattern) ?? []), stream]);
  }
  return [...groups].flatMap(([name, [first, ...others]]) =>
    first && others.length > 0 ? [{ name, title: name, columns: first.columns, rows: null }] : [],
  );
}
