import { AppError, type ConnectorContext, readProgram } from '@pelton/sdk';
import { z } from 'zod';

export const ConnectionConfig = z.strictObject({
  program: z
    .string()
    .min(1)
    .meta({
      title: 'Program',
      description: 'Absolute path of the source, in a folder that the setting PELTON_PROGRAMS allows.',
      ui: { placeholder: '/opt/airbyte/source-faker/bin/source-faker' },
    }),
});
export type SourceContext = ConnectorContext<z.output<typeof ConnectionConfig>>;

export const AirbyteStream = z.looseObject({
  name: z.string(),
  namespace: z.string().nullish(),
  json_schema: z.looseObject({}),
  supported_sync_modes: z.array(z.string()).nullish(),
  default_cursor_field: z.array(z.string()).nullish(),
  source_defined_primary_key: z.array(z.array(z.string())).nullish(),
});
export type AirbyteStream = z.output<typeof AirbyteStream>;

const Descriptor = z.looseObject({ name: z.string(), namespace: z.string().nullish() });
const State = z.looseObject({
  type: z.string().nullish(),
  stream: z.looseObject({ stream_descriptor: Descriptor }).optional(),
  sourceStats: z.looseObject({ recordCount: z.number() }).nullish(),
});
export type AirbyteState = z.output<typeof State>;

/** The messages that a reader acts on. @see https://docs.airbyte.com/understanding-airbyte/airbyte-protocol */
const Message = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('RECORD'),
    record: z.looseObject({ stream: z.string(), data: z.record(z.string(), z.unknown()) }),
  }),
  z.looseObject({ type: z.literal('STATE'), state: State }),
  z.looseObject({ type: z.literal('LOG'), log: z.looseObject({ level: z.string(), message: z.string() }) }),
  z.looseObject({ type: z.literal('CATALOG'), catalog: z.looseObject({ streams: z.array(AirbyteStream) }) }),
  z.looseObject({
    type: z.literal('CONNECTION_STATUS'),
    connectionStatus: z.looseObject({ status: z.string(), message: z.string().nullish() }),
  }),
  z.looseObject({
    type: z.literal('TRACE'),
    trace: z.looseObject({ type: z.string(), error: z.looseObject({ message: z.string() }).nullish() }),
  }),
]);
export type Message = z.output<typeof Message>;

/**
 * Runs the source with one of Airbyte's verbs. A line that is no message we know is one for the log.
 * @throws SOURCE_BROKE also when the source says in a TRACE what went wrong
 */
export async function* runSource(
  context: SourceContext,
  verb: 'check' | 'discover' | 'read',
  files: Record<string, unknown> = {},
): AsyncGenerator<Message> {
  const given: Record<string, unknown> = { config: settingsOf(context), ...files };
  const lines = readProgram({
    program: context.config.program,
    allowed: context.files.programs ?? [],
    files: given,
    args: (path) => [verb, ...Object.keys(given).flatMap((file) => [`--${file}`, path(file)])],
  });
  for await (const line of lines) {
    const message = line.kind === 'message' ? Message.safeParse(line.message) : undefined;
    if (!message?.success) {
      const text = line.kind === 'log' ? line.text : JSON.stringify(line.message).slice(0, 1_000);
      yield { type: 'LOG', log: { level: 'INFO', message: text } };
      continue;
    }
    if (message.data.type === 'TRACE' && message.data.trace.error)
      throw new AppError('SOURCE_BROKE', { program: context.config.program, reason: message.data.trace.error.message });
    yield message.data;
  }
}

function settingsOf({ secrets }: SourceContext): unknown {
  try {
    return JSON.parse(secrets['settings'] || '{}');
  } catch (cause) {
    throw new AppError(
      'PARAM_INVALID',
      { field: 'settings', reason: 'They are not JSON. Copy the source’s config.json' },
      { cause },
    );
  }
}
