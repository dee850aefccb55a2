import { createPublicKey, createVerify, generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { json, startHttp } from './source-http.js';

/** Of 44 letters and digits, as Google's are. */
export const SPREADSHEET = '1peltonPELTONpeltonPELTONpeltonPELTON4pelton';
const EMAIL = 'reader@shop.iam.gserviceaccount.com';
const TOKEN = 'ya29.an-access-token';

export type Mood = 'well' | 'not shared' | 'gone' | 'api off' | 'busy once' | 'busy';

/**
 * Google's border: its token service, the Sheets API v4 and sheets by link, answering as documented. A token is given
 * only for an assertion that the account's key signed.
 * @see https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values/get
 */
export async function startSheets(tabs: Record<string, unknown[][]>) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const state = { mood: 'well' as Mood };
  const source = await startHttp((request, response, url) => {
    void answer(request, response, url);
  });
  const serviceAccount = JSON.stringify({
    ...{ type: 'service_account', client_email: EMAIL },
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  });
  return { ...source, state, serviceAccount, email: EMAIL };

  async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (url.pathname === '/token') return giveToken(response, new URLSearchParams(await text(request)));
    if (url.pathname.endsWith('/gviz/tq')) return giveByLink(response, url.searchParams.get('sheet') ?? '');
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return refuse(response, 401, 'UNAUTHENTICATED', 'Invalid');
    if (state.mood === 'not shared')
      return refuse(response, 403, 'PERMISSION_DENIED', 'The caller does not have permission');
    if (state.mood === 'gone') return refuse(response, 404, 'NOT_FOUND', 'Requested entity was not found.');
    if (state.mood === 'api off')
      return refuse(response, 403, 'PERMISSION_DENIED', 'SERVICE_DISABLED: it has not been used');
    if (state.mood.startsWith('busy')) {
      if (state.mood === 'busy once') state.mood = 'well';
      response.setHeader('retry-after', '0');
      return refuse(response, 429, 'RESOURCE_EXHAUSTED', "Quota exceeded for quota metric 'Read requests'");
    }
    const [, , , id, kind, range] = url.pathname.split('/').map(decodeURIComponent);
    if (id !== SPREADSHEET) return refuse(response, 404, 'NOT_FOUND', 'Requested entity was not found.');
    if (kind === undefined)
      return json(response, {
        sheets: Object.keys(tabs).map((title) => ({ properties: { title, sheetType: 'GRID' } })),
      });
    const values = tabs[range?.replace(/^'|'$/g, '').replaceAll("''", "'") ?? ''];
    if (!values) return refuse(response, 400, 'INVALID_ARGUMENT', `Unable to parse range: ${range}`);
    return json(response, { range, majorDimension: 'ROWS', ...(values.length > 0 && { values }) });
  }

  function giveToken(response: ServerResponse, body: URLSearchParams): void {
    const [head = '', claims = '', signature = ''] = (body.get('assertion') ?? '').split('.');
    const isSigned = createVerify('RSA-SHA256')
      .update(`${head}.${claims}`)
      .verify(createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })), signature, 'base64url');
    const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
    const isMeant =
      said['iss'] === EMAIL &&
      said['aud'] === `${source.url}/token` &&
      said['scope'] === 'https://www.googleapis.com/auth/spreadsheets.readonly' &&
      Number(said['exp']) - Number(said['iat']) === 3_600 &&
      Math.abs(Number(said['iat']) * 1_000 - Date.now()) < 60_000 &&
      body.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    if (isSigned && isMeant) json(response, { access_token: TOKEN, expires_in: 3_599, token_type: 'Bearer' });
    else json(response, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }, 400);
  }

  function giveByLink(response: ServerResponse, tab: string): void {
    if (state.mood === 'not shared') {
      response.writeHead(302, { location: `${source.url}/signin` }).end(); // where a person would sign in
      return;
    }
    const rows = tabs[tab] ?? Object.values(tabs)[0] ?? [];
    const cell = (value: unknown) => `"${asShown(value).replaceAll('"', '""')}"`;
    const csv = rows.map((row) => row.map(cell).join(',')).join('\n');
    response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' }).end(csv);
  }
}

function asShown(value: unknown): string {
  return typeof value === 'boolean' ? String(value).toUpperCase() : String(value);
}

function refuse(response: ServerResponse, code: number, status: string, message: string): void {
  json(response, { error: { code, message, status } }, code);
}
