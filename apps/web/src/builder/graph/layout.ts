import { Graph as Dagre, layout as runDagre } from '@dagrejs/dagre';
import { type Graph, parseRef, type Position } from '@pelton/contract';

export const CARD = { width: 216, height: 75 };
/** Positions lie on it. */
export const GRID = 8;
/** A card that failed is 44 px higher, and must not cover the one below it; with the card it is a multiple of the grid. */
const BETWEEN_RANKS = 45;
const BETWEEN_COLUMNS = 24;

/** Lays every step out from top to bottom, each below those that it reads. */
export function tidyUp(graph: Graph): Record<string, Position> {
  const dagre = new Dagre();
  dagre.setGraph({ rankdir: 'TB', nodesep: BETWEEN_COLUMNS, ranksep: BETWEEN_RANKS, marginx: 0, marginy: 0 });
  dagre.setDefaultEdgeLabel(() => ({}));
  const known = new Set(graph.steps.map((step) => step.id));
  for (const step of graph.steps) dagre.setNode(step.id, { ...CARD });
  for (const step of graph.steps) {
    const before = new Set(Object.values(step.inputs).map((ref) => parseRef(ref).step));
    for (const id of before) if (known.has(id)) dagre.setEdge(id, step.id);
  }
  runDagre(dagre);
  return Object.fromEntries(graph.steps.map(({ id }) => [id, toCorner(dagre.node(id))]));
}

/** Dagre tells the middle of a card. */
function toCorner({ x = 0, y = 0 }: { x?: number; y?: number }): Position {
  return { x: onGrid(x - CARD.width / 2), y: onGrid(y - CARD.height / 2) };
}

export function onGrid(value: number): number {
  return Math.round(value / GRID) * GRID;
}

/** Where each step lies: where somebody put it, else below what it reads, else where a tidy graph has it. */
export function placesOf(graph: Graph): Record<string, Position> {
  const missing = graph.steps.filter((step) => !graph.layout[step.id]);
  if (missing.length === 0) return graph.layout;
  const tidy = tidyUp(graph);
  if (missing.length === graph.steps.length) return tidy;
  const places = { ...graph.layout };
  for (const { id, inputs } of missing) {
    const [ref] = Object.values(inputs);
    const above = ref === undefined ? undefined : places[parseRef(ref).step];
    places[id] = freePlace(
      places,
      above ? { x: above.x, y: above.y + CARD.height + BETWEEN_RANKS } : (tidy[id] ?? { x: 0, y: 0 }),
    );
  }
  return places;
}

/** The wanted place, or the next one to its right that covers no other card. */
export function freePlace(places: Readonly<Record<string, Position>>, wanted: Position): Position {
  const covers = (at: Position) =>
    Object.values(places).some(
      (other) => Math.abs(other.x - at.x) < CARD.width && Math.abs(other.y - at.y) < CARD.height,
    );
  let at = { x: onGrid(wanted.x), y: onGrid(wanted.y) };
  while (covers(at)) at = { x: at.x + CARD.width + BETWEEN_COLUMNS, y: at.y };
  return at;
}

/** Where a step goes that is added without a pointer: below the chosen one, else below all. */
export function placeBelow(places: Readonly<Record<string, Position>>, id: string | undefined): Position {
  const above = id === undefined ? undefined : places[id];
  if (above) return freePlace(places, { x: above.x, y: above.y + CARD.height + BETWEEN_RANKS });
  const all = Object.values(places);
  if (all.length === 0) return { x: 0, y: 0 };
  const lowest = all.reduce((low, at) => (at.y > low.y ? at : low));
  return freePlace(places, { x: lowest.x, y: lowest.y + CARD.height + BETWEEN_RANKS });
}
