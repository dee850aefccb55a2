import {
  AppError,
  columnsOfJsonSchema,
  type ConnectorMessage,
  defineConnector,
  type ReadRequest,
  type StreamInfo,
} from '@pelton/sdk';
import { z } from 'zod';
import { type AirbyteState, type AirbyteStream, ConnectionConfig, runSource, type SourceContext } from './source.js';

const BATCH = 1_000;
const StreamOptions = z.strictObject({
  stream: z
    .string()
    .min(1)
    .meta({ title: 'Stream', ui: { widget: 'stream', of: 'connection' } }),
});

/** Runs an Airbyte source as a process of its own; its states are ours. */
export const airbyteConnector = defineConnector({
  id: 'airbyte',
  title: 'Airbyte source',
  description: 'Runs an Airbyte source that is installed as a program and reads its streams.',
  icon: 'plug-connected',
  group: 'bridges',
  config: ConnectionConfig,
  secrets: ['settings'],
  stream: StreamOptions,
  incremental: true,
  check,
  discover: async (context) => (await catalogOf(context)).map(describe),
  read,
});

async function check(context: SourceContext): Promise<{ ok: boolean; message: string }> {
  try {
    for await (const message of runSource(context, 'check')) {
      if (message.type !== 'CONNECTION_STATUS') continue;
      const { status, message: text } = message.connectionStatus;
      return { ok: status === 'SUCCEEDED', message: text || (status === 'SUCCEEDED' ? 'The source answers' : status) };
    }
    return {
      ok: false,
      message: `${context.config.program} did not say whether its settings work. Try another version.`,
    };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, message: error.message };
    throw error;
  }
}

async function catalogOf(context: SourceContext): Promise<AirbyteStream[]> {
  for await (const message of runSource(context, 'discover'))
    if (message.type === 'CATALOG') return message.catalog.streams;
  throw new AppError('SOURCE_BROKE', { program: context.config.program, reason: 'it printed no catalog' });
}

function describe(stream: AirbyteStream): StreamInfo {
  return {
    name: stream.name,
    title: stream.name,
    columns: columnsOfJsonSchema(stream.json_schema),
    rows: null,
    primaryKey: (stream.source_defined_primary_key ?? []).flatMap((path) => (path.length === 1 ? path : [])),
    cursors: stream.default_cursor_field?.length === 1 ? stream.default_cursor_field : [],
  };
}

async function* read(
  context: SourceContext,
  options: { stream: string },
  request: ReadRequest,
): AsyncGenerator<ConnectorMessage> {
  const stream = (await catalogOf(context)).find(({ name }) => name === options.stream);
  if (!stream) throw new AppError('NOT_FOUND', { noun: 'stream', name: options.stream });
  const states = new Map<string, AirbyteState>();
  const before =
    request.mode === 'incremental' && Array.isArray(request.state) ? (request.state as AirbyteState[]) : [];
  for (const state of before) states.set(keyOf(state), state);
  const files = { catalog: { streams: [configure(stream, request)] }, ...(before.length > 0 && { state: before }) };
  let records: Record<string, unknown>[] = [];
  let sinceState = 0;
  for await (const message of runSource(context, 'read', files)) {
    if (message.type === 'LOG') {
      const level = /WARN|ERROR|FATAL/.test(message.log.level) ? 'warn' : 'info';
      yield { type: 'LOG', level, message: message.log.message };
    }
    if (message.type === 'RECORD' && message.record.stream === stream.name) {
      records.push(message.record.data);
      sinceState += 1;
    }
    if (records.length < BATCH && message.type !== 'STATE') continue;
    if (records.length > 0) yield { type: 'RECORDS', records };
    records = [];
    if (message.type !== 'STATE') continue;
    checkCount(context, message.state, sinceState);
    sinceState = 0;
    states.set(keyOf(message.state), message.state);
    yield { type: 'STATE', state: [...states.values()] };
  }
  if (records.length > 0) yield { type: 'RECORDS', records };
}

/** A source that counts its records tells us when some were lost on the way. */
function checkCount(context: SourceContext, { sourceStats }: AirbyteState, read: number): void {
  if (!sourceStats || sourceStats.recordCount === read) return;
  const reason = `it says that it sent ${sourceStats.recordCount} records, and ${read} arrived`;
  throw new AppError('SOURCE_BROKE', { program: context.config.program, reason });
}

/** The last state of each stream counts; older kinds of state are one for all. */
function keyOf({ stream }: AirbyteState): string {
  return stream ? `${stream.stream_descriptor.namespace ?? ''} ${stream.stream_descriptor.name}` : '';
}

function configure(stream: AirbyteStream, request: ReadRequest) {
  const modes = stream.supported_sync_modes ?? ['full_refresh'];
  const mode = request.mode === 'incremental' && modes.includes('incremental') ? 'incremental' : 'full_refresh';
  const cursor = request.mode === 'incremental' && request.cursor ? [request.cursor] : stream.default_cursor_field;
  return {
    stream,
    sync_mode: mode,
    destination_sync_mode: 'append',
    ...(mode === 'incremental' && cursor && { cursor_field: cursor }),
    ...(stream.source_defined_primary_key && { primary_key: stream.source_defined_primary_key }),
  };
}
