import { explainFailure, openOutgoing, patiently } from '@pelton/outgoing';
import { AppError } from '@pelton/sdk';
import type { Response } from 'undici';
import { z } from 'zod';
import { type ConnectionConfig, type SheetsContext, spreadsheetId } from './connection-config.js';
import { readServiceAccount, signAssertion } from './service-account.js';
import { refusedBy } from './sheets-error.js';

export type Cell = string | number | boolean;

/** A spreadsheet, asked by the Sheets API. */
export interface SheetsClient {
  title: string;
  /** Names of the tabs that hold cells, in their order. */
  tabs(): Promise<string[]>;
  /** The cells of a tab row by row; numbers and booleans as they are, times as they are shown. */
  rows(tab: string): Promise<Cell[][]>;
  close(): Promise<void>;
}

const Token = z.object({ access_token: z.string().min(1) });
const Spreadsheet = z.object({
  sheets: z.array(z.object({ properties: z.object({ title: z.string(), sheetType: z.string().default('GRID') }) })),
});
const Values = z.object({ values: z.array(z.array(z.union([z.string(), z.number(), z.boolean()]))).default([]) });

/** @see https://developers.google.com/workspace/sheets/api/reference/rest */
export async function openSheets({ config, secrets }: SheetsContext): Promise<SheetsClient> {
  const title = titleOf(config);
  const { api, tokens } = addressesOf(config);
  const account = readServiceAccount(secrets['serviceAccount'] ?? '');
  const outgoing = await openOutgoing({ connection: title, allowPrivate: config.allowPrivate });
  const spreadsheet = `${api}/v4/spreadsheets/${spreadsheetId(config)}`;
  let token: Promise<string> | undefined;

  return {
    title,
    async tabs() {
      const { sheets } = await get(`${spreadsheet}?fields=sheets.properties(title,sheetType)`, Spreadsheet);
      return sheets
        .filter(({ properties }) => properties.sheetType === 'GRID')
        .map(({ properties }) => properties.title);
    },
    async rows(tab) {
      const range = encodeURIComponent(`'${tab.replaceAll("'", "''")}'`);
      const options = 'valueRenderOption=UNFORMATTED_VALUE&dateTimeRenderOption=FORMATTED_STRING';
      return (await get(`${spreadsheet}/values/${range}?${options}`, Values, tab)).values;
    },
    close: () => outgoing.close(),
  };

  async function get<S extends z.ZodType>(address: string, answer: S, tab?: string): Promise<z.output<S>> {
    token ??= askToken();
    const headers = { authorization: `Bearer ${await token}`, accept: 'application/json' };
    return read(await patiently(() => outgoing.ask(new URL(address), { headers }), true), answer, tab);
  }

  async function askToken(): Promise<string> {
    const assertion = signAssertion(account, tokens, Date.now());
    const body = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion,
    }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const ask = () => outgoing.ask(new URL(tokens), { method: 'POST', headers, body });
    return (await read(await patiently(ask, true), Token)).access_token;
  }

  async function read<S extends z.ZodType>(response: Response, answer: S, tab?: string): Promise<z.output<S>> {
    const text = await response.text().catch((error: unknown) => {
      throw explainFailure(title, error);
    });
    if (!response.ok) throw refusedBy({ status: response.status, text }, { title, tab, account: account.client_email });
    try {
      return answer.parse(JSON.parse(text));
    } catch (cause) {
      throw new AppError(
        'CONNECTION_FAILED',
        { connection: title, reason: 'its answer is not as documented.' },
        { cause },
      );
    }
  }
}

export function titleOf(config: ConnectionConfig): string {
  return `The spreadsheet ${spreadsheetId(config)}`;
}

function addressesOf({ endpoint }: ConnectionConfig): { api: string; tokens: string } {
  const base = endpoint?.replace(/\/+$/, '');
  return {
    api: base ?? 'https://sheets.googleapis.com',
    tokens: `${base ?? 'https://oauth2.googleapis.com'}/token`,
  };
}
