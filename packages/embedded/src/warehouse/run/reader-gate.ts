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
 */
export interface ReaderGate {
  /**
   * @param connection the one that the statement will run on, already limited; nothing of the statement runs here
   * @param parameters the values of its placeholders, which may be names of tables
   * @returns the canonical statement, which is what may run
   * @throws EngineError 497 for what the reader may not do, 62 for what does not parse
   */
  admit(
    connection: EngineConnection,
    statement: ReadingStatement,
    parameters: ReadonlyMap<string, string>,
  ): Promise<ReadingStatement>;
}

/** Kinds of statements that may be reading ones. */
export type ReadingStatement = RowsStatement | CommandStatement;

/** Looking at a statement takes longer than running a small one, and nothing but its text decides. */
const REMEMBERED = 500;
const LONGEST_REMEMBERED = 8_000;

export function openReaderGate(): ReaderGate {
  const admitted = new Map<string, ReadingStatement>();
  return {
    async admit(connection, statement, parameters) {
      const key = JSON.stringify([statement, ...parameters]);
      const known = admitted.get(key);
      const found = known ?? (await examine(connection, statement));
      admitted.delete(key);
      if (key.length <= LONGEST_REMEMBERED) admitted.set(key, found); // as the latest
      const [oldest] = admitted.keys();
      if (admitted.size > REMEMBERED && oldest) admitted.delete(oldest);
      return found;
    },
  };
}

/** @throws EngineError for a statement that writes */
export function requireReading(statement: Statement): ReadingStatement {
  if (statement.kind === 'rows' || statement.kind === 'command') return statement;
  throw denied('INSERT');
}

async function examine(connection: EngineConnection, statement: ReadingStatement): Promise<ReadingStatement> {
  const format = statement.kind === 'rows' && statement.format ? `\nFORMAT ${statement.format}${statement.tail}` : '';
  const canonical = await canonicalize(connection, statement.sql + format);
  const parsed = parseStatement(Buffer.from(canonical).toString('latin1'), true);
  if (!parsed) throw denied(canonical);
  const admitted = requireReading(parsed);
  const explain = EXPLAIN.exec(admitted.sql)?.[0] ?? '';
  const verb = /^\(*(\w+)/.exec(admitted.sql)?.[1] ?? '';
  if (!explain && !['SELECT', 'WITH', 'DESCRIBE'].includes(verb)) throw denied(verb);
  if (admitted.kind === 'rows' && admitted.format) requireFormat(admitted.format);
  const tree = await connection.read(`EXPLAIN AST ${admitted.sql.slice(explain.length)}`);
  checkTree(tree.bytes.toString().split('\n'));
  return admitted;
}

/** @throws EngineError for a format that reads files, such as templates */
export function requireFormat(format: string): void {
  if (!FORMATS.test(format)) throw denied(`FORMAT ${format}`);
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
