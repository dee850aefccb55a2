import { defineConnector } from '@pelton/sdk';
import { ConnectionConfig } from './connection-config.js';
import { StreamOptions } from './stream-options.js';
import { TargetOptions } from './target-options.js';

/** What reads files takes a tenth of a second to load, which a start need not. */
const files = () => import('./files.js');

/** Reads files that were uploaded, or that lie in a folder which an admin allows, and writes files; a stream is one file or a pattern. */
export const fileConnector = defineConnector({
  id: 'file',
  title: 'File',
  description:
    'Reads CSV, TSV, JSON lines and Parquet files that were uploaded or lie in an allowed folder; writes CSV and JSON lines.',
  icon: 'file-spreadsheet',
  group: 'files',
  config: ConnectionConfig,
  stream: StreamOptions,
  incremental: true,
  check: async (context) => (await files()).checkFolder(context),
  discover: async (context, options) => {
    const { describeStream, discoverFiles } = await files();
    return options ? [await describeStream(context, options)] : discoverFiles(context);
  },
  async *read(context, options, request) {
    yield* (await files()).readStream(context, options, request);
  },
  relation: async (context, options) => (await files()).relationOf(context, options),
  write: {
    modes: ['append'],
    target: TargetOptions,
    rows: async (context, target, batch) => (await files()).writeFile(context, target, batch),
  },
});
