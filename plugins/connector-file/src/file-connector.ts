import { defineConnector } from '@pelton/sdk';
import { ConnectionConfig } from './connection-config.js';
import { StreamOptions } from './stream-options.js';

/** What reads files takes a tenth of a second to load, which a start need not. */
const files = () => import('./files.js');

/** Reads files that were uploaded, or that lie in a folder which an admin allows; a stream is one file. */
export const fileConnector = defineConnector({
  id: 'file',
  title: 'File',
  description: 'Reads CSV, TSV, JSON lines and Parquet files that were uploaded or lie in an allowed folder.',
  icon: 'file-spreadsheet',
  config: ConnectionConfig,
  stream: StreamOptions,
  check: async (context) => (await files()).checkFolder(context),
  discover: async (context) => (await files()).discoverFiles(context),
  async *read(context, options) {
    const { openFile, readFile } = await files();
    for await (const records of readFile(await openFile(context, options))) yield { type: 'RECORDS', records };
  },
  async relation(context, options) {
    const { openFile, relationOf } = await files();
    return relationOf(await openFile(context, options));
  },
});
