import type { LineageNoun } from '@pelton/contract';
import type { LeafColumn } from './trace-columns.js';

/** A part of what a project stores of its users, as a person knows it. */
export interface StoredPart {
  noun: Extract<LineageNoun, 'event' | 'trait' | 'item'>;
  /** Of the trait or of the item type; empty when it may be any, and of events always. */
  name: string;
  /** `value` of a trait, else a property; undefined where a table is read by what no person knows it by. */
  column: string | undefined;
}

/** What a column of the project's own tables is; undefined for one of another table. */
export function storedPart({ table, column }: LeafColumn): StoredPart | undefined {
  switch (table?.split('.').at(-1) ?? '') {
    case 'events':
      return eventPart(column.replaceAll('`', ''));
    case 'users':
    case 'user_traits':
      return traitPart(column);
    case 'item_properties':
      return column === 'value' ? { noun: 'item', name: '', column } : undefined;
    default:
      return undefined;
  }
}

/** A property by its own name, and of the rest who and when. */
function eventPart(column: string): StoredPart {
  if (!column.startsWith('properties.'))
    return { noun: 'event', name: '', column: column === 'user_id' || column === 'timestamp' ? column : undefined };
  const property = column.slice('properties.'.length);
  return related(property.replace(/^@@/, '@')) ?? { noun: 'event', name: '', column: property };
}

function traitPart(column: string): StoredPart | undefined {
  if (column === 'value' || column === 'traits') return { noun: 'trait', name: '', column: 'value' };
  if (!column.startsWith('traits.')) return undefined;
  const name = column.slice('traits.'.length);
  return related(name) ?? { noun: 'trait', name, column: 'value' };
}

/** `@user.plan` is a trait of the event's user, `@product.price` a property of an item that it refers to. */
function related(name: string): StoredPart | undefined {
  const [, of = '', property = ''] = /^@([\w-]+)\.(.+)$/s.exec(name) ?? [];
  if (property === '') return undefined;
  return of === 'user'
    ? { noun: 'trait', name: property, column: 'value' }
    : { noun: 'item', name: of, column: property };
}

/** What one thing takes of something that is stored: which of its columns are made of which, and which decide about rows. */
export interface StoredRead {
  part: Pick<StoredPart, 'noun' | 'name'>;
  columns: { from: string; to: string }[];
  rows: string[];
}

/** What a query reads of events, traits and items, each once. */
export function storedReads(trace: { columns: Record<string, LeafColumn[]>; rows: LeafColumn[] }): StoredRead[] {
  const reads = new Map<string, StoredRead>();
  const readOf = (leaf: LeafColumn) => {
    const part = storedPart(leaf);
    if (!part) return undefined;
    const key = `${part.noun}/${part.name}`;
    const read = reads.get(key) ?? { part: { noun: part.noun, name: part.name }, columns: [], rows: [] };
    reads.set(key, read);
    return { read, from: part.column };
  };
  for (const [to, leaves] of Object.entries(trace.columns))
    for (const found of leaves.map(readOf))
      if (found?.from !== undefined) found.read.columns.push({ from: found.from, to });
  for (const found of trace.rows.map(readOf)) if (found?.from !== undefined) found.read.rows.push(found.from);
  return [...reads.values()].map((read) => ({ ...read, columns: unique(read.columns), rows: [...new Set(read.rows)] }));
}

function unique(pairs: StoredRead['columns']): StoredRead['columns'] {
  return [...new Map(pairs.map((pair) => [`${pair.from}\n${pair.to}`, pair])).values()];
}
