import { EngineError } from '../engine/engine-error.js';
import type { EngineConnection } from '../engine/engine.js';
import type { CommandStatement, RowsStatement, Statement } from '../sql/statement-kinds.js';
import { parseStatement } from '../sql/statement.js';
import { canonicalize } from './canonical.js';

const TABLE_FUNCTIONS = new Set('numbers numbers_mt zeros zeros_mt generate_series generateseries values'.split(' '));
/** Read files or start programs; the engine asks for no right to them. */
const REFUSED_FUNCTIONS = new Set('file catboostevaluate showcertificate getserversetting'.split(' '));
/** A person's database of the engine itself, whose lists show the work of others; the engine lets everybody see them. */
const OWN_DATABASES = /^(system|information_schema)\./i;
const FORMATS =
  /^(JSON|CSV|TabSeparated|TSV|Native|RowBinary|Parquet|Arrow|ORC|Avro$|MsgPack|Pretty|Vertical|Values|Markdown|XML|Null|LineAsString|RawBLOB)/i;
const EXPLAIN =
  /^EXPLAIN(?: (?:AST|SYNTAX|QUERY TREE|PLAN|PIPELINE|ESTIMATE))?(?: \w+ = \w+(?:, \w+ = \w+)*)? (?=SELECT|WITH|\()/;

/**
 * Lets through one statement that only reads from Pelton's databases. The engine's roles and `readonly` do most of
 * that; this is for what they leave open: other statements, files read by scalar functions, and the engine's lists.
 * @param connection the one that the statement will run on, already limited; nothing of the statement runs here
 * @returns the canonical statement, which is what may run
 * @throws EngineError 497 for what the reader may not do, 62 for what does not parse
 */
export async function admitReader(
  connection: EngineConnection,
  statement: Statement,
): Promise<RowsStatement | CommandStatement> {
  if (statement.kind === 'insert' || statement.kind === 'write') throw denied('INSERT');
  const format = statement.kind === 'rows' && statement.format ? `\nFORMAT ${statement.format}${statement.tail}` : '';
  const canonical = await canonicalize(connection, statement.sql + format);
  const admitted = parseStatement(Buffer.from(canonical).toString('latin1'), true);
  if (!admitted || admitted.kind === 'insert' || admitted.kind === 'write') throw denied('INSERT');
  const explain = EXPLAIN.exec(admitted.sql)?.[0] ?? '';
  const verb = /^\(*(\w+)/.exec(admitted.sql)?.[1] ?? '';
  if (!explain && !['SELECT', 'WITH', 'DESCRIBE'].includes(verb)) throw denied(verb);
  if (admitted.kind === 'rows' && admitted.format && !FORMATS.test(admitted.format)) {
    throw denied(`FORMAT ${admitted.format}`);
  }
  const tree = await connection.read(`EXPLAIN AST ${admitted.sql.slice(explain.length)}`);
  checkTree(tree.bytes.toString().split('\n'));
  return admitted;
}

function checkTree(lines: readonly string[]): void {
  let parent = '';
  for (const line of lines) {
    const [, node = '', name = ''] = /^\s*(\S+) ?(.*?)(?: \((?:alias .*|children \d+)\))*$/.exec(line) ?? [];
    if (node === 'ColumnsApplyTransformer') throw denied('APPLY'); // the tree does not show what it applies
    if (node === 'TableIdentifier' && name.includes('.') && !name.startsWith('pelton_')) throw denied(name);
    if (node === 'Identifier' && OWN_DATABASES.test(name)) throw denied(name);
    if (node === 'Function') {
      const called = name.toLowerCase();
      const isRefused = parent === 'TableExpression' ? !TABLE_FUNCTIONS.has(called) : REFUSED_FUNCTIONS.has(called);
      if (isRefused) throw denied(`${name}()`);
    }
    parent = node;
  }
}

function denied(what: string): EngineError {
  const message = `pelton_reader: Not enough privileges. This user may only read from databases of Pelton: ${what}`;
  return new EngineError(497, 'ACCESS_DENIED', message);
}
