import { isAppError } from '@pelton/contract';
import { isDataError, type WarehouseClient } from '@pelton/warehouse';
import { type Line, type Rows, type Table, TABLES } from './group-commit.js';
import { linesOf, type SpooledRows } from './spooled-rows.js';

/** An insert that takes longer counts as not answered; should it end well after all, its rows are there twice and count once. */
const INSERT_MS = 30_000;
/** Named, because `sender_clock`, from which the warehouse makes other columns, is taken only when it is named. */
const COLUMNS = {
  events: [
    'message_id',
    'type',
    'event',
    'user_id',
    'anonymous_id',
    'timestamp',
    'received_at',
    'properties',
    'context',
    'source',
    'sender_clock',
  ],
  user_traits: ['user_id', 'trait', 'value', 'updated_at', 'change_id'],
  identity_claims: ['identifier', 'user_id', 'first_at', 'last_at', 'said_by'],
  memberships: ['type', 'item_id', 'identifier', 'at', 'change_id'],
  item_properties: ['type', 'item_id', 'property', 'value', 'updated_at', 'change_id'],
  rejects: [
    'reject_id',
    'received_at',
    'sent_at',
    'source',
    'key_id',
    'message_id',
    'code',
    'reason',
    'body',
    'is_whole',
    'replayed_at',
    'updated_at',
  ],
} as const;

const INSERT = {
  async_insert: 0,
  type_json_skip_duplicated_paths: true,
  date_time_input_format: 'best_effort',
} as const;

/** Inserts rows into the warehouse and marks those that it refuses. @throws SERVICE_DOWN */
export async function insertRows(admin: WarehouseClient, rows: Rows): Promise<void> {
  // Events come first, so that what they say besides is not stored without them.
  for (const table of TABLES) {
    const lines = rows[table].filter(({ of }) => of?.refused === undefined);
    await insertLines(admin, table, lines);
  }
}

/** As {@link insertRows}, for rows of the spool. @returns the events that the warehouse refuses */
export async function insertSpooled(admin: WarehouseClient, rows: SpooledRows): Promise<Line[]> {
  const refused: Line[] = [];
  for (const table of TABLES) {
    try {
      await insert(admin, table, rows[table]);
    } catch (error) {
      if (!isDataError(error)) throw error;
      const lines = linesOf(rows[table]);
      await insertLines(admin, table, lines);
      if (table === 'events') refused.push(...lines.filter(({ refused }) => refused !== undefined));
    }
  }
  return refused;
}

/** Halves what is refused until the rows are found that the warehouse does not take, so that the others get in. */
async function insertLines(admin: WarehouseClient, table: Table, lines: Line[]): Promise<void> {
  try {
    await insert(
      admin,
      table,
      lines.map(({ line }) => line),
    );
  } catch (error) {
    if (!isDataError(error)) throw error;
    const [only] = lines;
    if (lines.length === 1 && only) {
      only.refused = reasonOf(error);
      return;
    }
    const middle = lines.length >> 1;
    await insertLines(admin, table, lines.slice(0, middle));
    await insertLines(admin, table, lines.slice(middle));
  }
}

function insert(admin: WarehouseClient, table: Table, lines: readonly string[] | readonly Buffer[]): Promise<void> {
  const signal = AbortSignal.timeout(INSERT_MS);
  return admin.insertLines(table, lines, { columns: COLUMNS[table], settings: INSERT, signal });
}

export function reasonOf(error: unknown): string {
  if (isAppError(error) && 'reason' in error.facts) return String(error.facts.reason);
  return error instanceof Error ? error.message : String(error);
}
