import { EngineError } from '../engine/engine-error.js';
import type { EngineConnection } from '../engine/engine.js';
import { escapeParameter, quoteString } from '../sql/literal.js';

const FUNCTION = 'formatQuerySingleLine';

/**
 * Lets the engine parse a statement and write it anew, on one line and without comments. The statement is a value
 * here, so nothing of it runs.
 * @throws EngineError 62 when it does not parse or is more than one statement
 */
export async function canonicalize(connection: EngineConnection, sql: string): Promise<string> {
  const value = quoteString(escapeParameter(sql));
  try {
    const { bytes } = await connection.read(
      `SET param_pelton_statement = ${value}; SELECT ${FUNCTION}({pelton_statement:String})`,
      'RawBLOB',
    );
    return bytes.toString();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const [message = ''] = error.message.split(`: In scope SELECT ${FUNCTION}(`, 1);
    throw new EngineError(error.code, error.type, message);
  }
}
