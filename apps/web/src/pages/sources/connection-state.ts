import type { Connection, Dataset, Sync } from '@pelton/contract';

/**
 * How a connection is, the worst first.
 * - `failed`: the last check failed
 * - `loads-failed`: it answers, but tables did not load
 * - `running`: a table is being loaded
 */
export type Health = 'failed' | 'loads-failed' | 'unchecked' | 'running' | 'ok';
const ORDER: readonly Health[] = ['failed', 'loads-failed', 'unchecked', 'running', 'ok'];

/** A connection with what its syncs tell of it. */
export interface ConnectionState {
  connection: Connection;
  health: Health;
  syncs: number;
  failed: number;
  /** When the last run ended, however it ended. */
  lastRunAt: string | null;
  /** When the table was loaded that waits longest. */
  oldestAt: string | null;
  /** Rows a day, the oldest first, of the last 14 days. */
  daily: number[];
}

/** The connections with their states, problems first. */
export function toStates(
  connections: readonly Connection[],
  known: { syncs: readonly Sync[]; datasets: readonly Dataset[]; now: Date },
): ConnectionState[] {
  return connections
    .map((connection) => stateOf(connection, known))
    .sort((a, b) => ORDER.indexOf(a.health) - ORDER.indexOf(b.health));
}

function stateOf(connection: Connection, known: Parameters<typeof toStates>[1]): ConnectionState {
  const syncs = known.syncs.filter((sync) => sync.connection === connection.name);
  const failed = syncs.filter(({ lastRun }) => lastRun?.state === 'failed').length;
  const ends = syncs.flatMap(({ lastRun }) => lastRun?.finishedAt ?? []);
  const loads = known.datasets.filter(({ name }) => syncs.some(({ dataset }) => dataset === name));
  return {
    connection,
    health: healthOf(connection, syncs, failed),
    syncs: syncs.length,
    failed,
    lastRunAt: ends.sort().at(-1) ?? null,
    oldestAt: loads.map(({ loadedAt }) => loadedAt).sort()[0] ?? null,
    daily: dailyOf(syncs, known.now),
  };
}

function healthOf({ lastCheck }: Connection, syncs: readonly Sync[], failed: number): Health {
  if (lastCheck?.ok === false) return 'failed';
  if (failed > 0) return 'loads-failed';
  if (syncs.some(({ lastRun }) => lastRun?.state === 'running' || lastRun?.state === 'waiting')) return 'running';
  return lastCheck ? 'ok' : 'unchecked';
}

const DAYS = 14;
const DAY_MS = 86_400_000;

function dailyOf(syncs: readonly Sync[], now: Date): number[] {
  const rows = new Map<string, number>();
  for (const { day, rows: count } of syncs.flatMap(({ daily }) => daily)) rows.set(day, (rows.get(day) ?? 0) + count);
  return Array.from({ length: DAYS }, (_, index) => {
    const day = new Date(now.getTime() - (DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    return rows.get(day) ?? 0;
  });
}
