import { AppError, type ConnectorMessage, defineConnector, inBatches, type StreamInfo } from '@pelton/sdk';
import { ConnectionConfig, type SheetsContext, StreamOptions } from './connection-config.js';
import type { SheetsClient } from './sheets-client.js';
import { type CellTable, tableOfCells } from './table-of-cells.js';

/** Reads tabs of a Google spreadsheet; a stream is one of them. */
export const sheetsConnector = defineConnector({
  id: 'google-sheets',
  title: 'Google Sheets',
  description: 'Reads the tabs of a spreadsheet that is shared by link or with a service account.',
  icon: 'brand-google-drive',
  group: 'files',
  config: ConnectionConfig,
  secrets: ['serviceAccount'],
  stream: StreamOptions,
  check,
  discover,
  read,
});

async function check(context: SheetsContext): Promise<{ ok: boolean; message: string }> {
  try {
    if (context.config.access === 'link') {
      await linkTable(context, '');
      return { ok: true, message: 'The spreadsheet can be read by its link' };
    }
    const tabs = await withSheets(context, (client) => client.tabs());
    return { ok: true, message: `${tabs.length} tabs: ${tabs.slice(0, 10).join(', ')}` };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, message: error.message };
    throw error;
  }
}

/** Tabs by name alone: their columns are told when one is chosen. By link nobody can ask which there are. */
async function discover(context: SheetsContext, options?: StreamOptions): Promise<StreamInfo[]> {
  if (options) {
    const { columns, records } = await tableOf(context, options);
    return [{ name: options.stream, title: options.stream, columns, rows: records.length }];
  }
  if (context.config.access === 'link') return [];
  const tabs = await withSheets(context, (client) => client.tabs());
  return tabs.map((name) => ({ name, title: name, columns: [], rows: null }));
}

async function* read(context: SheetsContext, options: StreamOptions): AsyncGenerator<ConnectorMessage> {
  const { records } = await tableOf(context, options);
  for await (const batch of inBatches(records)) yield { type: 'RECORDS', records: batch };
}

async function tableOf(context: SheetsContext, { stream }: StreamOptions): Promise<CellTable> {
  if (context.config.access === 'link') return linkTable(context, stream);
  return tableOfCells(stream, await withSheets(context, (client) => client.rows(stream)), false);
}

async function linkTable(context: SheetsContext, tab: string): Promise<CellTable> {
  const { linkRows } = await import('./link-rows.js');
  return tableOfCells(tab, await linkRows(context, tab), true);
}

async function withSheets<T>(context: SheetsContext, work: (client: SheetsClient) => Promise<T>): Promise<T> {
  const { openSheets } = await import('./sheets-client.js');
  const client = await openSheets(context);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
