import { AppError, type ConnectorContext, type ProgramLine, readProgram } from '@pelton/sdk';
import { z } from 'zod';

export const ConnectionConfig = z.strictObject({
  program: z
    .string()
    .min(1)
    .meta({
      title: 'Program',
      description: 'Absolute path of the tap, in a folder that the setting PELTON_PROGRAMS allows.',
      ui: { placeholder: '/opt/taps/tap-github/bin/tap-github' },
    }),
});
export type TapContext = ConnectorContext<z.output<typeof ConnectionConfig>>;

/** A stream as a tap's catalog describes it. @see https://github.com/singer-io/getting-started/blob/master/docs/DISCOVERY_MODE.md */
const CatalogStream = z.looseObject({
  stream: z.string().optional(),
  tap_stream_id: z.string(),
  schema: z.looseObject({}),
  key_properties: z.array(z.string()).nullish(),
  metadata: z
    .array(z.looseObject({ breadcrumb: z.array(z.string()), metadata: z.record(z.string(), z.unknown()) }))
    .default([]),
});
export type CatalogStream = z.output<typeof CatalogStream>;
const Catalog = z.looseObject({ streams: z.array(CatalogStream) });

/** What the tap asks for, as its own documentation says: a JSON object that holds its secrets too. */
function settingsOf({ secrets }: TapContext): unknown {
  try {
    return JSON.parse(secrets['settings'] || '{}');
  } catch (cause) {
    throw new AppError(
      'PARAM_INVALID',
      { field: 'settings', reason: 'They are not JSON. Copy the tap’s config.json' },
      { cause },
    );
  }
}

/** Runs the tap. `catalog` and `state` are left out of the arguments where they are undefined. */
export function runTap(
  context: TapContext,
  input: { discover: true } | { catalog: unknown; state?: unknown },
): AsyncGenerator<ProgramLine> {
  const files: Record<string, unknown> = { config: settingsOf(context) };
  if ('catalog' in input) files['catalog'] = input.catalog;
  if ('state' in input && input.state !== undefined) files['state'] = input.state;
  return readProgram({
    program: context.config.program,
    allowed: context.files.programs ?? [],
    files,
    args: (path) => [
      ...Object.keys(files).flatMap((file) => [`--${file}`, path(file)]),
      ...('discover' in input ? ['--discover'] : []),
    ],
  });
}

/** A catalog may be printed over many lines, so its text is put together again. */
export async function readCatalog(context: TapContext): Promise<z.output<typeof Catalog>> {
  const text: string[] = [];
  for await (const line of runTap(context, { discover: true })) {
    if (line.kind === 'message' && 'streams' in line.message) return Catalog.parse(line.message);
    text.push(line.kind === 'log' ? line.text : JSON.stringify(line.message));
  }
  try {
    return Catalog.parse(JSON.parse(text.join('\n')));
  } catch (cause) {
    throw new AppError('SOURCE_BROKE', { program: context.config.program, reason: 'it printed no catalog' }, { cause });
  }
}
