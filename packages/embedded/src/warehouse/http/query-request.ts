import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { EngineError } from '../engine/engine-error.js';
import { type Accounts, authenticate, type User } from './authentication.js';

/** What the URL and the headers of a request say. */
export interface QueryRequest {
  queryId: string;
  user: User;
  /** The statement or its beginning, when the URL has it. */
  query: string | undefined;
  database: string | undefined;
  /** The format of a result whose statement names none. */
  defaultFormat: string;
  settings: Map<string, string>;
  /** Values of `{name:Type}` placeholders, escaped as they came. */
  parameters: Map<string, string>;
  /** Whether to answer only when the whole result is there. */
  waitsForEnd: boolean;
}

/** Parameters of the URL that are no settings, or that are ours to set. */
const OWN = new Set(
  'query query_id database user password quota_key default_format wait_end_of_query buffer_size stacktrace log_comment'.split(
    ' ',
  ),
);
/** What a server offers and this one does not. */
const REFUSED = new Map([
  ['session_id', 'Sessions are not supported: give settings and parameters with each query'],
  ['role', 'Roles of a request are not supported'],
  ['compress', 'The native compression is not supported: use enable_http_compression=1 and Accept-Encoding'],
  ['decompress', 'The native compression is not supported: use Content-Encoding'],
]);
const NAME = /^\w+$/;

/** @throws EngineError when the user is not known, or for what is not supported */
export function readRequest(request: IncomingMessage, accounts: Accounts): QueryRequest {
  const { headers } = request;
  const { searchParams } = new URL(request.url ?? '/', 'http://warehouse');
  const user = authenticate(headers, searchParams, accounts);
  const found: QueryRequest = {
    queryId: searchParams.get('query_id') || randomUUID(),
    user,
    query: searchParams.get('query') || undefined,
    database: searchParams.get('database') || text(headers['x-clickhouse-database']),
    defaultFormat: readFormat(searchParams.get('default_format') || text(headers['x-clickhouse-format'])),
    settings: new Map(),
    parameters: new Map(),
    waitsForEnd: searchParams.get('wait_end_of_query') === '1',
  };
  for (const [name, value] of searchParams) {
    const refusal = REFUSED.get(name);
    if (refusal && value !== '0' && value !== '') throw new EngineError(48, 'NOT_IMPLEMENTED', refusal);
    if (refusal || OWN.has(name)) continue;
    addField(found, name, value);
  }
  // A server takes statements that change something by POST only, so that a link cannot carry one.
  if (request.method === 'GET') found.settings.set('readonly', '2');
  return found;
}

/** Adds a parameter or setting. @throws EngineError when it has no proper name */
export function addField(request: QueryRequest, name: string, value: string): void {
  if (!NAME.test(name)) throw new EngineError(115, 'UNKNOWN_SETTING', `Unknown setting '${name}'`);
  if (name.startsWith('param_')) request.parameters.set(name.slice('param_'.length), value);
  else request.settings.set(name, value);
}

/** It becomes part of the statement, so it must be nothing but a name. */
function readFormat(name = 'TabSeparated'): string {
  if (NAME.test(name)) return name;
  throw new EngineError(73, 'UNKNOWN_FORMAT', `Unknown format ${name}`);
}

function text(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header : undefined;
}
