import { dependenciesOf, type Graph, orderSteps, parseRef } from '@pelton/contract';

export const PICTURE_CARD = { width: 56, height: 34 };
const GAP = { x: 22, y: 12 };

export interface PicturePlaces {
  cards: { id: string; x: number; y: number }[];
  wires: { id: string; path: string }[];
  width: number;
  height: number;
}

/** A graph from left to right, small: each card right of all that it reads, those of a column centred. */
export function picturePlaces(graph: Graph): PicturePlaces {
  const column = columnsOf(graph);
  const columns = Array.from({ length: Math.max(0, ...[...column.values()].map((each) => each + 1)) }, (_, index) =>
    graph.steps.filter(({ id }) => column.get(id) === index),
  );
  const highest = Math.max(1, ...columns.map((steps) => steps.length));
  const height = highest * PICTURE_CARD.height + (highest - 1) * GAP.y;
  const cards = columns.flatMap((steps, index) => {
    const used = steps.length * PICTURE_CARD.height + (steps.length - 1) * GAP.y;
    return steps.map(({ id }, row) => ({
      id,
      x: index * (PICTURE_CARD.width + GAP.x),
      y: (height - used) / 2 + row * (PICTURE_CARD.height + GAP.y),
    }));
  });
  const width = Math.max(1, columns.length) * (PICTURE_CARD.width + GAP.x) - GAP.x;
  return { cards, wires: wiresBetween(graph, cards), width, height };
}

/** How many steps the longest way to each step has. */
function columnsOf(graph: Graph): Map<string, number> {
  const before = dependenciesOf(graph.steps, () => undefined);
  const column = new Map<string, number>();
  for (const id of orderSteps(before))
    column.set(id, Math.max(0, ...(before.get(id) ?? []).map((other) => (column.get(other) ?? 0) + 1)));
  return column;
}

function wiresBetween(graph: Graph, cards: PicturePlaces['cards']): PicturePlaces['wires'] {
  const place = new Map(cards.map((card) => [card.id, card]));
  return graph.steps.flatMap(({ id, inputs }) =>
    Object.entries(inputs).flatMap(([port, ref]) => {
      const [from, to] = [place.get(parseRef(ref).step), place.get(id)];
      if (!from || !to) return [];
      const [x1, y1] = [from.x + PICTURE_CARD.width, from.y + PICTURE_CARD.height / 2];
      const [x2, y2] = [to.x, to.y + PICTURE_CARD.height / 2];
      const middle = (x1 + x2) / 2;
      return [{ id: `${id}:${port}`, path: `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}` }];
    }),
  );
}
