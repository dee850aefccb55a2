import type { KnownStep } from './step-lineage.js';

/** Which columns of what is stored are made of which that arrive, and which of those decide about rows. */
export interface StoredColumns {
  columns: { from: string; to: string }[];
  rows: string[];
}

/** What a step that stores events, users or items makes of what arrives, as its own parameters say; undefined for others. */
export function storedColumns({ step, inputs }: KnownStep): StoredColumns | undefined {
  const { userId, timestamp, onePer, properties, updatedAt, traits, type, itemId } = step.with as StoreParams; // read by the step's schema
  const arriving = (Object.values(inputs)[0] ?? []).map(({ name }) => name);
  switch (step.uses) {
    case 'core/to-events':
      return stored(arriving, { user_id: userId, timestamp }, properties, onePer);
    case 'core/to-users':
      return stored(arriving, { user_id: userId }, traits, updatedAt);
    case 'core/to-items':
      return type ? stored(arriving, { item_id: itemId }, properties, updatedAt) : undefined;
    default:
      return undefined;
  }
}

type Listed = readonly { name: string; column?: string }[];

interface StoreParams {
  userId?: string;
  timestamp?: string;
  onePer?: string;
  properties?: Listed;
  updatedAt?: string;
  traits?: Listed;
  type?: string;
  itemId?: string;
}

/** @param listed what the step's form names; without any, every column that has no other use goes on under its own name */
function stored(
  arriving: readonly string[],
  own: Record<string, string | undefined>,
  listed: Listed = [],
  deciding: string | undefined = '',
): StoredColumns {
  const owned = Object.entries(own).map(([to, from = '']) => ({ from, to }));
  // What tells rows apart is a property too; the time of a trait is not.
  const used = [...owned.map(({ from }) => from), ...('timestamp' in own ? [] : [deciding])];
  const others = arriving.filter((name) => !used.includes(name)).map((name) => ({ name, column: name }));
  const made = (listed.length > 0 ? listed : others).map(({ name, column = '' }) => ({ from: column, to: name }));
  return { columns: [...owned, ...made].filter(({ from }) => from !== ''), rows: deciding ? [deciding] : [] };
}
