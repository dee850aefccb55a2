import { READER_ROLE } from '../engine/configuration.js';
import type { Engine, EngineConnection } from '../engine/engine.js';
import type { QueryRequest } from '../http/query-request.js';
import { quoteIdentifier, quoteString } from '../sql/literal.js';
import { limitReader } from './reader-limits.js';

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
  const connection = engine.connect(request.queryId);
  if (setup.length === 0) return connection;
  try {
    await connection.read(setup.join(';\n'));
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
  return [
    ...(database ? [`USE ${quoteIdentifier(database)}`] : []),
    ...(assignments.length > 0 ? [`SET ${assignments.join(', ')}`] : []),
  ];
}
