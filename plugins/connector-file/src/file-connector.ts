import { defineConnector } from '@pelton/sdk';
import { checkFolder } from './check.js';
import { ConnectionConfig } from './connection-config.js';
import { discoverFiles } from './discover.js';
import { openFile } from './open-file.js';
import { readFile } from './read-file.js';
import { relationOf } from './relation.js';
import { StreamOptions } from './stream-options.js';

/** Reads files that were uploaded, or that lie in a folder which an admin allows; a stream is one file. */
export const fileConnector = defineConnector({
  id: 'file',
  title: 'File',
  description: 'Reads CSV, TSV, JSON lines and Parquet files that were uploaded or lie in an allowed folder.',
  icon: 'file-spreadsheet',
  config: ConnectionConfig,
  stream: StreamOptions,
  check: checkFolder,
  discover: discoverFiles,
  async *read(context, options) {
    for await (const records of readFile(await openFile(context, options))) yield { type: 'RECORDS', records };
  },
  relation: async (context, options) => relationOf(await openFile(context, options)),
});
