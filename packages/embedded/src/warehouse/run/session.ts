import { READER_ROLE } from '../engine/configuration.js';
import type { Engine, EngineConnection } from '../engine/engine.js';
import type { QueryRequest } from '../http/query-request.js';
import { quoteIdentifier, quoteString } from '../sql/literal.js';
import { limitReader } from './reader-limits.js';

/** Values may be longer than a statement may be: above a quarter of the limit in bytes, it is raised for them. */
const LONG = 65_536;

/**
 * Opens a connection for one request, set up as the request says. It is never used for another one, so nothing of a
 * request can leak into the next.
 * @throws EngineError for an unknown database or setting, or one that the user may not change
 */
export async function openSession(
  engine: Engine,
  request: QueryRequest,
  memoryBytes: number,
): Promise<EngineConnection> {
  const setup = request.user === 'reader' ? setUpReader(request, memoryBytes) : setUp(request.settings, request);
  const connection = engine.connect();
  if (setup.length === 0) return connection;
  try {
    const statements = setup.join(';\n');
    if (statements.length > LONG) await connection.read(`SET max_query_size = ${statements.length * 4}`); // in bytes
    await connection.read(statements);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** What user-written SQL may do is fixed before it runs, and then nothing can be set any more. */
function setUpReader(request: QueryRequest, memoryBytes: number): string[] {
  const settings = limitReader(request.settings, memoryBytes);
  return [`SET ROLE ${READER_ROLE}`, ...setUp(settings, request), 'SET readonly = 1'];
}

function setUp(settings: ReadonlyMap<string, string>, { database, parameters }: QueryRequest): string[] {
  const assignments = [
    ...[...parameters].map(([name, value]) => `param_${name} = ${quoteString(value)}`),
    ...[...settings].map(([name, value]) => `${name} = ${quoteString(value)}`),
  ];
  const assigned = assignments.join(', ');
  const longest = settings.get('max_query_size');
  return [
    ...(database ? [`USE ${quoteIdentifier(database)}`] : []),
    ...(assigned ? [`SET ${assigned}`] : []),
    ...(assigned.length > LONG / 2 ? [`SET max_query_size = ${longest ? quoteString(longest) : 'DEFAULT'}`] : []),
  ];
}
