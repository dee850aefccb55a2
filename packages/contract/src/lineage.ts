import { z } from 'zod';

/**
 * What data comes from and goes into. A source is what sends events to Pelton, such as `segment`. An event is all events
 * of one name, an item all items of one type, a trait that of all users; with no name, as in `event/`, all there are.
 */
export const LineageNoun = z.enum([
  'connection',
  'source',
  'stream',
  'dataset',
  'step',
  'event',
  'trait',
  'item',
  'metric',
  'tag',
  'experiment',
  'message',
]);
export type LineageNoun = z.infer<typeof LineageNoun>;

export const LineageNode = z.object({
  /** Such as `metric/revenue`, `stream/shop/orders`, `step/win-back/paid`. */
  id: z.string(),
  noun: LineageNoun,
  /** Within its noun: `revenue`, `shop/orders`, `win-back/paid`. */
  name: z.string(),
  title: z.string(),
  /** Of a step, the title of its pipeline. */
  within: z.string().optional(),
  /** Columns that are known of it. */
  columns: z.array(z.string()),
});
export type LineageNode = z.infer<typeof LineageNode>;

/** Data goes from one thing into another. */
export const LineageEdge = z.object({
  from: z.string(),
  to: z.string(),
  /** Which column is made of which; null where only the whole is known. */
  columns: z.array(z.object({ from: z.string(), to: z.string() })).nullable(),
  /** Columns that decide which rows there are, as a condition or a join does. */
  rows: z.array(z.string()),
});
export type LineageEdge = z.infer<typeof LineageEdge>;

export const Lineage = z.object({ nodes: z.array(LineageNode), edges: z.array(LineageEdge) });
export type Lineage = z.infer<typeof Lineage>;

export const LineageQuery = z.object({
  id: z.string().min(1).max(400),
  /** `back`: where it comes from; `forth`: what depends on it. */
  direction: z.enum(['back', 'forth', 'both']).default('both'),
  /** Only what this column takes part in. */
  column: z.string().max(200).optional(),
});
export type LineageQuery = z.infer<typeof LineageQuery>;

/** The part of a lineage that can be reached from one thing, following columns as far as they are known. */
export function reachable(lineage: Lineage, { id, direction, column }: LineageQuery): Lineage {
  const found = (['back', 'forth'] as const)
    .filter((way) => direction === 'both' || direction === way)
    .map((way) => walk(lineage.edges, { id, column }, way));
  const ids = new Set([id, ...found.flatMap(({ nodes }) => [...nodes])]);
  const edges = new Set(found.flatMap((each) => [...each.edges]));
  return {
    nodes: lineage.nodes.filter((node) => ids.has(node.id)),
    edges: lineage.edges.filter((edge) => edges.has(edge)),
  };
}

/** A thing, or one of its columns. */
interface Place {
  id: string;
  column: string | undefined;
}

function walk(edges: readonly LineageEdge[], start: Place, way: 'back' | 'forth') {
  const nodes = new Set<string>();
  const used = new Set<LineageEdge>();
  const seen = new Set<string>();
  const pending: Place[] = [start];
  for (let place = pending.pop(); place; place = pending.pop()) {
    const key = `${place.id}\n${place.column ?? ''}`;
    if (seen.has(key)) continue;
    seen.add(key);
    nodes.add(place.id);
    const { id } = place;
    for (const edge of edges.filter((each) => (way === 'back' ? each.to : each.from) === id)) {
      const next = way === 'back' ? placesBefore(edge, place) : placesAfter(edge, place);
      if (next.length > 0) used.add(edge);
      pending.push(...next);
    }
  }
  return { nodes, edges: used };
}

/** The whole of a thing is made of all columns that it takes; of the whole of another when it takes none in particular. */
function placesBefore({ from, columns, rows }: LineageEdge, { column }: Place): Place[] {
  const whole = [{ id: from, column: undefined }];
  if (columns === null) return whole;
  const taken = columns.filter(({ to }) => column === undefined || to === column).map((pair) => pair.from);
  const places = [...taken, ...rows].map((source) => ({ id: from, column: source }));
  return column === undefined && places.length === 0 ? whole : places;
}

/** A column that decides which rows there are bears on all of what comes after. */
function placesAfter({ to, columns, rows }: LineageEdge, { column }: Place): Place[] {
  if (column === undefined || columns === null || rows.includes(column)) return [{ id: to, column: undefined }];
  return columns.filter((pair) => pair.from === column).map((pair) => ({ id: to, column: pair.to }));
}
