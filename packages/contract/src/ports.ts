import { z } from 'zod';
import { type Column, ColumnFamily } from './columns.js';

/** A column that an input port cannot do without. */
export const NeededColumn = z.object({ name: z.string(), family: ColumnFamily });
export type NeededColumn = z.infer<typeof NeededColumn>;

/** Where a wire may end: what it is called and which columns must arrive. */
export const InputPort = z.object({
  name: z.string(),
  title: z.string(),
  needs: z.array(NeededColumn),
  optional: z.boolean(),
  /** Ports so marked become one: a column that several of them bring must be of one family. */
  isAlike: z.boolean().optional(),
});
export type InputPort = z.infer<typeof InputPort>;

/** Where a wire may start. */
export const OutputPort = z.object({ name: z.string(), title: z.string() });
export type OutputPort = z.infer<typeof OutputPort>;

const PEOPLE = new Set('user customer client member person buyer visitor subscriber contact account'.split(' '));

/** Why a wire is refused: the column that is wanted and what stands in its place. */
export const WireProblem = z.object({
  column: z.string(),
  wanted: ColumnFamily,
  found: ColumnFamily.optional(),
  closest: z.array(z.object({ name: z.string(), family: ColumnFamily })),
});
export type WireProblem = z.infer<typeof WireProblem>;

/**
 * The port rule: an edge is legal when the source relation has every column that the port needs, of the right family.
 * @returns the first column that does not fit, with the columns a person may have meant; undefined when the wire is legal
 */
export function explainWire(columns: readonly Column[], port: InputPort): WireProblem | undefined {
  for (const needed of port.needs) {
    const found = columns.find((column) => column.name === needed.name);
    if (found?.family === needed.family) continue;
    const closest = columns
      .filter((column) => looksLike(column.name, needed.name))
      .toSorted((a, b) => Number(meansPerson(b.name)) - Number(meansPerson(a.name)))
      .map(({ name, family }) => ({ name, family }));
    return { column: needed.name, wanted: needed.family, found: found?.family, closest };
  }
  return undefined;
}

/** Why a wire is refused at a port that becomes one with others. */
export interface AlikeProblem {
  column: string;
  found: ColumnFamily;
  wanted: ColumnFamily;
  /** The port that brings the column already. */
  port: string;
}

/**
 * The rule of alike ports: a column that another of them brings already must be of the same family.
 * @returns the first column that is not
 */
export function explainAlike(
  columns: readonly Column[],
  others: readonly { port: string; columns: readonly Column[] }[],
): AlikeProblem | undefined {
  for (const { port, columns: theirs } of others)
    for (const { name, family } of columns) {
      const other = theirs.find((column) => column.name === name);
      if (other && other.family !== family) return { column: name, found: family, wanted: other.family, port };
    }
  return undefined;
}

/** `CustomerID` looks like `user_id`, and so does `order_id`: the last word is the same. */
function looksLike(name: string, wanted: string): boolean {
  const [a, b] = [words(name), words(wanted)];
  return a.join() === b.join() || (a.length > 1 && a.at(-1) === b.at(-1));
}

/** Of `order_id` and `customer_id`, the second is the likelier `user_id`; no port needs anybody but a user. */
function meansPerson(name: string): boolean {
  return words(name).some((word) => PEOPLE.has(word));
}

function words(name: string): string[] {
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[^A-Za-z0-9]+/g, ' ');
  return spaced.trim().toLowerCase().split(' ');
}
