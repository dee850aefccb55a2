import type { Graph, Lineage, LineageNode } from '@pelton/contract';
import type { Layer } from '@pelton/contract';
import type { RouteLocationRaw } from 'vue-router';
import type { CanvasNode, CanvasWire } from '@/builder/canvas/canvas-model';
import { tidyUp } from '@/builder/graph/layout';

export const LAYER_OF: Record<LineageNode['noun'], Layer> = {
  connection: 'collect',
  source: 'collect',
  stream: 'collect',
  dataset: 'collect',
  event: 'collect',
  trait: 'collect',
  item: 'collect',
  step: 'shape',
  metric: 'understand',
  tag: 'understand',
  experiment: 'operate',
  message: 'reach',
};

/** The page of a thing: its own, or the one where it is seen. */
export function pageOf({ noun, name }: LineageNode): RouteLocationRaw {
  const [first = '', second = ''] = name.split('/');
  switch (noun) {
    case 'stream':
    case 'connection':
      return { name: 'source', params: { name: first } };
    case 'step':
      return { name: 'pipeline', params: { name: first }, query: { step: second } };
    case 'event':
      return { name: 'events', query: name === '' ? {} : { event: name } };
    case 'source':
      return { name: 'events' };
    case 'trait':
      return { name: 'users' };
    case 'item':
      return { name: 'items', params: { type: name } };
    case 'dataset':
    case 'metric':
    case 'tag':
    case 'experiment':
    case 'message':
      return { name: noun, params: { name } };
  }
}

/** The things of a lineage, each after all that it comes from; in a circle the one that is told first begins. */
export function sourcesFirst({ nodes, edges }: Lineage): LineageNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ordered = new Set<LineageNode>();
  const seen = new Set<string>();
  const visit = (node: LineageNode) => {
    if (seen.has(node.id)) return;
    seen.add(node.id);
    for (const { from } of edges.filter(({ to }) => to === node.id)) {
      const before = byId.get(from);
      if (before) visit(before);
    }
    ordered.add(node);
  };
  for (const node of nodes) visit(node);
  return [...ordered];
}

/** Lays a lineage out from top to bottom. Names of things have signs that ids of the canvas may not, so nodes are numbered. */
export function toCanvas(
  { nodes, edges }: Lineage,
  titleOf: (node: LineageNode) => string,
): { nodes: CanvasNode[]; wires: CanvasWire[] } {
  const number = new Map(nodes.map(({ id }, at) => [id, `n${at}`]));
  const steps = nodes.map(({ id }) => {
    const sources = edges.filter(({ to }) => to === id).map(({ from }, at) => [`i${at}`, number.get(from) ?? '']);
    return {
      id: number.get(id) ?? '',
      uses: 'x',
      with: {},
      inputs: Object.fromEntries(sources) as Record<string, string>,
    };
  });
  const places = tidyUp({ steps, layout: {} } satisfies Graph);
  const pairs = [...new Set(edges.map(({ from, to }) => `${number.get(from)} ${number.get(to)}`))];
  return {
    nodes: nodes.map((node) => {
      const { id } = node;
      const key = number.get(id) ?? '';
      const at = places[key] ?? { x: 0, y: 0 };
      return {
        id: key,
        label: titleOf(node),
        ...at,
        inputs: [{ name: 'in', title: '' }],
        outputs: [{ name: 'out', title: '' }],
      };
    }),
    wires: pairs.map((pair) => {
      const [from = '', to = ''] = pair.split(' ');
      return { id: pair, from: { step: from, port: 'out' }, to: { step: to, port: 'in' } };
    }),
  };
}
