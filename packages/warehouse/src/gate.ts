import { AppError, type Column, isAppError, type Sql, type SqlFunction } from '@pelton/contract';
import { bind, identifier, join, sql, toReadable } from '@pelton/sdk';
import type { WarehouseClient } from './client.js';
import { type FunctionKinds, type GateFunctions, loadFunctions } from './gate-functions.js';
import { syntaxErrorAt } from './errors.js';
import type { ProjectWarehouse } from './warehouse.js';

/** Nodes of a syntax tree that only select. Anything else, such as `Set` or a column transformer, is refused. */
const SELECT_NODES = new Set([
  'ArrayJoin',
  'Asterisk',
  'ExpressionList',
  'Function',
  'Identifier',
  'Literal',
  'OrderByElement',
  'QualifiedAsterisk',
  'SelectIntersectExceptQuery',
  'SelectQuery',
  'SelectWithUnionQuery',
  'Subquery',
  'TableExpression',
  'TableIdentifier',
  'TableJoin',
  'TablesInSelectQuery',
  'TablesInSelectQueryElement',
  'WindowDefinition',
  'WindowListElement',
  'WithElement',
]);

const FORMULA_NODES = new Set([
  'SelectWithUnionQuery',
  'ExpressionList',
  'SelectQuery',
  'Function',
  'Literal',
  'Identifier',
]);

/**
 * Lets through SQL that a person wrote when it only reads the project's own data with functions that only compute.
 *
 * The engine itself parses the text, which is given to it as a bound value and never pasted: once into its canonical
 * form (more than one statement does not parse), once inside a sub-query (INTO OUTFILE and FORMAT do not parse there),
 * then as a syntax tree, which names functions, tables and settings without touching anything, and at last as a resolved
 * query tree in the read-only session, which also shows what a syntax tree hides.
 */
export interface SqlGate {
  /**
   * Admits one SELECT. `input` in its FROM stands for a relation with the given columns.
   * @returns the canonical text; only this may be run, and only as the reader
   * @throws SQL_REFUSED with the reason
   */
  admitSelect(text: string, input: readonly Column[] | undefined): Promise<string>;
  /**
   * Admits an expression over the columns of one row: no sub-query, aggregate or window.
   * @returns the canonical text, safe in any SELECT over these columns
   * @throws SQL_REFUSED with the reason
   */
  admitFormula(text: string, columns: readonly Column[]): Promise<string>;
  /** The functions that pass, for editors to offer. */
  functions(): Promise<SqlFunction[]>;
}

const REMEMBERED = 500;
const BEFORE_FORMULA = 'SELECT (';

/** Opens the gate of one project. */
export function openGate({ admin, reader, database }: ProjectWarehouse): SqlGate {
  let loading: Promise<GateFunctions> | undefined;
  const functions = () => (loading ??= loadFunctions(admin));
  return {
    admitSelect: remember(admitSelect),
    admitFormula: remember(admitFormula),
    functions: async () => (await functions()).offered,
  };

  async function admitSelect(text: string, input: readonly Column[] | undefined): Promise<string> {
    const canonical = await parse(reader, text);
    if (!/^\(?(SELECT|WITH)\b/.test(canonical)) throw refused('it has to be one SELECT');
    const nested = await parse(reader, `SELECT * FROM (${canonical})`);
    const tree = await explain(reader, `EXPLAIN AST ${nested}`);
    checkNodes(tree, SELECT_NODES);
    const { kindOf } = await functions();
    for (const name of namesIn(tree, /^\s*Function (\S+)/))
      if (kindOf(name) === 'refused') throw refused(`${name} is not allowed`);
    for (const table of namesIn(tree, /^\s*TableIdentifier (\S+)/)) checkTable(table, database);
    await checkResolved(
      reader,
      input ? `WITH input AS (${toReadable(emptyRelation(input))}) ${nested}` : nested,
      database,
      kindOf,
    );
    return canonical;
  }

  async function admitFormula(text: string, columns: readonly Column[]): Promise<string> {
    const select = await parse(reader, `${BEFORE_FORMULA}${text}) AS formula`, BEFORE_FORMULA.length);
    const tree = await explain(reader, `EXPLAIN AST ${select}`);
    checkNodes(tree, FORMULA_NODES);
    const expressions = tree.filter((line) => /^ {4}\S/.test(line)).length;
    if (expressions !== 1 || tree.filter((line) => /^\s*SelectQuery\b/.test(line)).length !== 1)
      throw refused('a formula is one expression');
    const { kindOf } = await functions();
    for (const name of namesIn(tree, /^\s*Function (\S+)/)) {
      const kind = kindOf(name);
      if (kind === 'aggregate') throw refused(`${name} adds up many rows; the step Aggregate does that`);
      if (kind !== 'scalar' || name === 'arrayJoin' || name === 'exists')
        throw refused(`${name} is not allowed in a formula`);
    }
    await checkResolved(reader, `${select} FROM (${toReadable(emptyRelation(columns))})`, database, kindOf);
    return select.replace(/^SELECT /, '').replace(/ AS formula$/, '');
  }
}

/** What was admitted once is admitted again: it depends on nothing but the text and the columns. */
function remember<C>(
  admit: (text: string, columns: C) => Promise<string>,
): (text: string, columns: C) => Promise<string> {
  const admitted = new Map<string, string>();
  return async (text, columns) => {
    const key = JSON.stringify([text, columns]);
    const known = admitted.get(key);
    if (known !== undefined) return known;
    const canonical = await admit(text, columns);
    if (admitted.size >= REMEMBERED) admitted.clear();
    admitted.set(key, canonical);
    return canonical;
  };
}

/** @param before how many characters stand before what a person wrote */
async function parse(reader: WarehouseClient, text: string, before = 0): Promise<string> {
  try {
    const { query } = await reader.row<{ query: string }>(
      sql`SELECT formatQuerySingleLine(${bind('String', text)}) AS query`,
    );
    return query;
  } catch (error) {
    const at = await mistakeAt(reader, text);
    throw asRefusal(error, at === undefined ? undefined : Math.max(0, at - before));
  }
}

const PARSE = 'EXPLAIN AST ';

/**
 * Where a text stops to be SQL, in characters from 0. The engine tells that only of text that it reads as a statement,
 * so here alone it is pasted: as one statement of the read-only session that is parsed, never run, and known not to parse.
 */
async function mistakeAt(reader: WarehouseClient, text: string): Promise<number | undefined> {
  if (text.includes(';')) return undefined;
  try {
    await reader.explain({ parts: [PARSE + text] });
    return undefined;
  } catch (error) {
    const byte = syntaxErrorAt(error);
    return byte === undefined
      ? undefined
      : Buffer.from(PARSE + text)
          .subarray(0, byte)
          .toString().length - PARSE.length;
  }
}

async function explain(reader: WarehouseClient, statement: string): Promise<string[]> {
  try {
    return await reader.explain({ parts: [statement] });
  } catch (error) {
    throw asRefusal(error);
  }
}

function checkNodes(tree: readonly string[], allowed: ReadonlySet<string>): void {
  for (const line of tree) {
    const node = line.trim().split(/[ (]/, 1)[0] ?? '';
    if (!allowed.has(node)) throw refused(node === 'Set' ? 'it may not change settings' : `${node} is not allowed`);
  }
}

async function checkResolved(
  reader: WarehouseClient,
  statement: string,
  database: string,
  kindOf: FunctionKinds,
): Promise<void> {
  const tree = await explain(reader, `EXPLAIN QUERY TREE ${statement}`);
  for (const name of namesIn(tree, /\bfunction_name: ([^,\s]+)/))
    if (kindOf(name) === 'refused') throw refused(`${name} is not allowed`);
  for (const table of namesIn(tree, /\btable_name: ([^,\s]+)/)) if (table !== 'system.one') checkTable(table, database);
}

/** A name without a database is the project's own. */
function checkTable(table: string, database: string): void {
  const dot = table.indexOf('.');
  if (dot >= 0 && table.slice(0, dot) !== database) throw refused(`${table} is not part of this project`);
}

function namesIn(lines: readonly string[], pattern: RegExp): Set<string> {
  return new Set(lines.flatMap((line) => pattern.exec(line)?.[1] ?? []));
}

/** A relation of these columns that reads nothing and has no rows: it stands for one that is not there yet. */
export function emptyRelation(columns: readonly Column[]): Sql {
  const values = columns.map((column) => sql`defaultValueOfTypeName(${column.type}) AS ${identifier(column.name)}`);
  return sql`SELECT ${values.length ? join(values) : sql`1`} WHERE false`;
}

function asRefusal(error: unknown, at?: number): unknown {
  if (!isAppError(error) || error.code !== 'SQL_FAILED') return error;
  // The number is a place in the statement around what a person wrote.
  return refused((error as AppError<'SQL_FAILED'>).facts.reason.replace(/ at \d+$/, ''), error, at); // the code was just compared
}

function refused(reason: string, cause?: unknown, at?: number): AppError {
  return new AppError('SQL_REFUSED', { reason, ...(at !== undefined && { at }) }, { cause });
}
