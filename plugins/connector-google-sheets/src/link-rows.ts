import { explainFailure, openOutgoing, patiently } from '@pelton/outgoing';
import { AppError } from '@pelton/sdk';
import { parse } from 'csv-parse/sync';
import type { Response } from 'undici';
import { type SheetsContext, spreadsheetId } from './connection-config.js';
import { titleOf } from './sheets-client.js';

const MOST_REDIRECTS = 5;

/**
 * The rows of a tab that everybody with the link may see, as text. Google answers for a tab that is not there with the
 * first one, so the name cannot be checked.
 */
export async function linkRows({ config }: SheetsContext, tab: string): Promise<string[][]> {
  const title = titleOf(config);
  const outgoing = await openOutgoing({ connection: title, allowPrivate: config.allowPrivate });
  const base = config.endpoint?.replace(/\/+$/, '') ?? 'https://docs.google.com';
  const search = new URLSearchParams({ tqx: 'out:csv', headers: '0', sheet: tab });
  const first = new URL(`${base}/spreadsheets/d/${spreadsheetId(config)}/gviz/tq?${search.toString()}`);
  try {
    const response = await patiently(() => follow(first), true);
    const text = await response.text().catch((error: unknown) => {
      throw explainFailure(title, error);
    });
    const isCsv = response.headers.get('content-type')?.includes('csv');
    if (response.ok && isCsv) return parse(text, { bom: true, relax_column_count: true });
    throw failed(reasonOf(response));
  } finally {
    await outgoing.close();
  }

  async function follow(from: URL): Promise<Response> {
    let url = from;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const response = await outgoing.ask(url);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || !location) return response;
      await response.body?.cancel();
      url = new URL(location, url);
    }
    throw failed('it redirects too often');
  }

  function failed(reason: string): AppError {
    return new AppError('CONNECTION_FAILED', { connection: title, reason: `${reason}.` });
  }
}

function reasonOf({ status, ok }: Response): string {
  if (ok || status === 401 || status === 403)
    return 'it is not shared by link. Share it with everybody who has the link, or sign in with a service account';
  if (status === 404) return 'it is not there. Check the link, and whether it was deleted';
  return status === 429 ? 'it was asked too often. Sync less often' : `it answered ${status}. Try again later`;
}
