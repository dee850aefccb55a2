import { pipeline, Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { AppError, inBatches } from '@pelton/sdk';
import { parse } from 'csv-parse';
import type { Response } from 'undici';
import type { HttpClient } from './client.js';
import type { StreamOptions } from './options.js';

export type Rows = Record<string, unknown>[];
const MOST_PAGES = 1_000_000;
const LONGEST_LINE = 16_000_000;

/** The records of a stream, page by page; of text formats, batch by batch as they arrive. */
export async function* readPages(
  client: HttpClient,
  options: StreamOptions,
  since?: string | number,
): AsyncGenerator<Rows> {
  let path: string | undefined = firstPath(client, options, since);
  for (let page = 0; path !== undefined && page < MOST_PAGES; page += 1) {
    const response = await client.send(path);
    const format = formatOf(response, options);
    if (format !== 'json') {
      yield* readText(response, format);
      return;
    }
    const answer: unknown = await readJson(response);
    const records = recordsIn(answer, options);
    if (records.length > 0) yield records;
    path = nextPath(client, options, { path, page, records, answer, link: response.headers.get('link') });
  }
}

export function formatOf(response: Response, { format, stream }: StreamOptions): 'json' | 'jsonl' | 'csv' {
  if (format !== 'auto') return format;
  const type = response.headers.get('content-type') ?? '';
  if (/csv/.test(type) || /\.csv(\?|$)/.test(stream)) return 'csv';
  return /ndjson|jsonl|json-seq/.test(type) || /\.(jsonl|ndjson)(\?|$)/.test(stream) ? 'jsonl' : 'json';
}

function firstPath(client: HttpClient, options: StreamOptions, since: string | number | undefined): string {
  const { paging, sizeParam, pageSize, sinceParam, firstPage } = options;
  const url = client.resolve(options.stream);
  if (paging !== 'none' && sizeParam) url.searchParams.set(sizeParam, String(pageSize));
  if (since !== undefined && sinceParam) url.searchParams.set(sinceParam, String(since));
  if (paging === 'page') url.searchParams.set(paramOf(options), String(firstPage));
  if (paging === 'offset') url.searchParams.set(paramOf(options), '0');
  return url.href;
}

interface Page {
  path: string;
  page: number;
  records: Rows;
  answer: unknown;
  link: string | null;
}

/** Where the next page is; undefined after the last one. */
function nextPath(client: HttpClient, options: StreamOptions, { path, page, records, answer, link }: Page) {
  const { paging, firstPage } = options;
  if (paging === 'none' || records.length === 0) return undefined;
  if (paging === 'link') {
    const next = /<([^>]+)>\s*;[^,]*\brel="?next"?/.exec(link ?? '')?.[1];
    return next === undefined ? undefined : client.resolve(new URL(next, path).href).href;
  }
  const url = new URL(path);
  if (paging === 'page') url.searchParams.set(paramOf(options), String(firstPage + page + 1));
  if (paging === 'offset') {
    const seen = Number(url.searchParams.get(paramOf(options)));
    url.searchParams.set(paramOf(options), String(seen + records.length));
  }
  if (paging === 'cursor') {
    const mark = valueAt(answer, options.nextPath);
    if (typeof mark !== 'string' && typeof mark !== 'number') return undefined;
    if (mark === '' || String(mark) === url.searchParams.get(paramOf(options))) return undefined;
    url.searchParams.set(paramOf(options), String(mark));
  }
  return url.href;
}

function paramOf({ paging, pageParam }: StreamOptions): string {
  return pageParam || paging;
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw wrong(`the answer is not JSON: ${text.slice(0, 80)}`, cause);
  }
}

function recordsIn(answer: unknown, { records }: StreamOptions): Rows {
  const found = valueAt(answer, records);
  if (found === undefined) throw wrong(`there is nothing at ${records} in the answer`);
  const list: unknown[] = Array.isArray(found) ? found : [found];
  return list.map((item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item) ? (item as Rows[number]) : { value: item },
  );
}

/** A value by its path: names with dots between; `$` and `[*]` may be written and mean nothing more. */
function valueAt(answer: unknown, path: string): unknown {
  const names = path.replaceAll('[*]', '').replace(/^\$/, '').split('.').filter(Boolean);
  return names.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, name)
        ? (value as Record<string, unknown>)[name]
        : undefined,
    answer,
  );
}

async function* readText(response: Response, format: 'jsonl' | 'csv'): AsyncGenerator<Rows> {
  if (!response.body) return;
  const body = Readable.fromWeb(response.body as ReadableStream);
  if (format === 'jsonl') return yield* inBatches(parseLines(body));
  const rows = parse({ columns: true, bom: true, skip_empty_lines: true, cast: (value) => value || null });
  pipeline(body, rows, () => undefined); // whoever reads the rows is told of an error
  yield* inBatches(rows as AsyncIterable<Rows[number]>);
}

/** Lines are cut by hand: Node's readline lets an error of its input end the whole process. */
async function* parseLines(body: Readable): AsyncGenerator<Rows[number]> {
  let rest = '';
  let number = 0;
  for await (const chunk of body.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield* parseLine(line, (number += 1));
    if (rest.length > LONGEST_LINE) throw wrong(`line ${number + 1} never ends`);
  }
  yield* parseLine(rest, number + 1);
}

function* parseLine(line: string, number: number): Generator<Rows[number]> {
  if (line.trim() === '') return;
  try {
    yield JSON.parse(line) as Rows[number];
  } catch (cause) {
    throw wrong(`line ${number} is not JSON: ${line.slice(0, 80)}`, cause);
  }
}

function wrong(reason: string, cause?: unknown): AppError {
  return new AppError('PARAM_INVALID', { field: 'records', reason }, { cause });
}
