import type { Graph, Lineage, LineageNode } from '@pelton/contract';
import type { Layer } from '@pelton/contract';
import type { RouteLocationRaw } from 'vue-router';
import type { CanvasNode, CanvasWire } from '@/builder/canvas/canvas-model';
import { tidyUp } from '@/builder/graph/layout';

export const LAYER_OF: Record<LineageNode['noun'], Layer> = {
  connection: 'collect',
  stream: 'collect',
  dataset: 'collect',
  event: 'collect',
  step: 'shape',
  metric: 'understand',
  tag: 'understand',
  experiment: 'operate',
  message: 'reach',
};

/** The page of a thing, where it has one. */
export function pageOf({ noun, name }: LineageNode): RouteLocationRaw | undefined {
  const [first = ''] = name.split('/');
  if (noun === 'stream' || noun === 'connection') return { name: 'source', params: { name: first } };
  if (noun === 'step') return { name: 'pipeline', params: { name: first } };
  return noun === 'event' ? { name: 'events' } : { name: noun, params: { name } };
}

/** Lays a lineage out from top to bottom. Names of things have signs that ids of the canvas may not, so nodes are numbered. */
export function toCanvas({ nodes, edges }: Lineage): { nodes: CanvasNode[]; wires: CanvasWire[] } {
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
    nodes: nodes.map(({ id, title }) => {
      const key = number.get(id) ?? '';
      const at = places[key] ?? { x: 0, y: 0 };
      return {
        id: key,
        label: title,
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
