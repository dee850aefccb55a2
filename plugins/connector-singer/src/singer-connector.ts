import {
  AppError,
  columnsOfJsonSchema,
  type ConnectorMessage,
  defineConnector,
  type ReadRequest,
  type StreamInfo,
} from '@pelton/sdk';
import { z } from 'zod';
import { type CatalogStream, ConnectionConfig, readCatalog, runTap, type TapContext } from './tap.js';

const BATCH = 1_000;
const StreamOptions = z.strictObject({
  stream: z
    .string()
    .min(1)
    .meta({ title: 'Stream', ui: { widget: 'stream', of: 'connection' } }),
});

/** Runs a Singer tap as a process of its own; its states are ours. */
export const singerConnector = defineConnector({
  id: 'singer',
  title: 'Singer tap',
  description: 'Runs one of the hundreds of Singer taps and reads its streams.',
  icon: 'plug',
  group: 'bridges',
  config: ConnectionConfig,
  secrets: ['settings'],
  stream: StreamOptions,
  incremental: true,
  check,
  discover: async (context) => (await readCatalog(context)).streams.map(describe),
  read,
});

async function check(context: TapContext): Promise<{ ok: boolean; message: string }> {
  try {
    const { streams } = await readCatalog(context);
    return { ok: true, message: `${streams.length} streams` };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, message: error.message };
    throw error;
  }
}

function describe(stream: CatalogStream): StreamInfo {
  const facts = stream.metadata.find(({ breadcrumb }) => breadcrumb.length === 0)?.metadata ?? {};
  const names = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  return {
    name: stream.tap_stream_id,
    title: stream.stream ?? stream.tap_stream_id,
    columns: columnsOfJsonSchema(stream.schema),
    rows: null,
    primaryKey: names(stream.key_properties ?? facts['table-key-properties']),
    cursors: names(facts['valid-replication-keys']),
  };
}

async function* read(
  context: TapContext,
  { stream }: { stream: string },
  request: ReadRequest,
): AsyncGenerator<ConnectorMessage> {
  const { streams, ...rest } = await readCatalog(context);
  const catalog = { ...rest, streams: streams.map((one) => select(one, one.tap_stream_id === stream, request)) };
  const state = request.mode === 'incremental' && request.state !== null ? request.state : undefined;
  const chosen = streams.find(({ tap_stream_id: id }) => id === stream);
  let records: Record<string, unknown>[] = [];
  for await (const line of runTap(context, { catalog, state })) {
    if (line.kind === 'log') {
      yield { type: 'LOG', level: 'info', message: line.text };
      continue;
    }
    const { type, stream: name, record, value } = line.message;
    if (type === 'RECORD' && isChosen(name) && typeof record === 'object' && record !== null)
      records.push(record as Record<string, unknown>);
    if (records.length < BATCH && type !== 'STATE') continue;
    if (records.length > 0) yield { type: 'RECORDS', records };
    records = [];
    if (type === 'STATE') yield { type: 'STATE', state: value ?? {} };
  }
  if (records.length > 0) yield { type: 'RECORDS', records };

  function isChosen(name: unknown): boolean {
    return name === stream || name === chosen?.stream;
  }
}

/** How a tap is told what to read: by its catalog's metadata, and by the older flag beside the schema. */
function select(stream: CatalogStream, selected: boolean, request: ReadRequest): CatalogStream {
  const method = request.mode === 'incremental' ? 'INCREMENTAL' : 'FULL_TABLE';
  const cursor = request.mode === 'incremental' ? request.cursor : undefined;
  const facts = { selected, 'replication-method': method, ...(cursor && { 'replication-key': cursor }) };
  const others = stream.metadata.filter(({ breadcrumb }) => breadcrumb.length > 0);
  const own = stream.metadata.find(({ breadcrumb }) => breadcrumb.length === 0)?.metadata ?? {};
  return {
    ...stream,
    schema: { ...stream.schema, selected },
    metadata: [{ breadcrumb: [], metadata: { ...own, ...facts } }, ...others],
    replication_method: method,
    ...(cursor && { replication_key: cursor }),
  };
}
