import type { Edge, GraphNode, Node } from '@vue-flow/core';
import { markRaw } from 'vue';
import { t } from '@/i18n';
import { CARD } from '../graph/layout';
import type { CanvasNode, CanvasNote, CanvasWire } from './canvas-model';
import type { SizeOf } from './use-node-sizes';

/** A wire that was refused is drawn over the cards, so that it is seen where it would have gone. */
const ABOVE_CARDS = 1001;
/** A note may lie around cards, which stay within reach. */
const BELOW_CARDS = -1;

interface Options {
  helpId: string;
  isFixed: boolean;
  sizeOf: SizeOf;
}

/**
 * A node with its size and place told. Vue Flow finds them out only of what is drawn, and draws everything of which it
 * does not know them. Raw, because it reads them of every node whenever one moves.
 */
export type FlowNode = Node & Pick<GraphNode, 'dimensions' | 'computedPosition'>;

/** Our nodes as Vue Flow takes them. */
export function toFlowNodes(nodes: readonly CanvasNode[], { helpId, isFixed, sizeOf }: Options): FlowNode[] {
  const domAttributes = attributesOf(t('canvas.step'), helpId);
  return nodes.map(({ id, label, x, y, inputs, outputs }) => ({
    id,
    type: 'step',
    position: { x, y },
    computedPosition: markRaw({ x, y, z: 0 }),
    dimensions: markRaw(sizeOf(id) ?? { ...CARD }),
    width: CARD.width,
    data: markRaw({ inputs, outputs }),
    ariaLabel: label,
    draggable: !isFixed,
    domAttributes,
  }));
}

export function toFlowNotes(notes: readonly CanvasNote[], { helpId, isFixed }: Omit<Options, 'sizeOf'>): FlowNode[] {
  const domAttributes = attributesOf(t('canvas.note'), helpId);
  return notes.map(({ id, label, x, y, width, height }) => ({
    id,
    type: 'note',
    position: { x, y },
    computedPosition: markRaw({ x, y, z: BELOW_CARDS }),
    dimensions: markRaw({ width, height }),
    width,
    height,
    zIndex: BELOW_CARDS,
    ariaLabel: label,
    draggable: !isFixed,
    connectable: false,
    domAttributes,
  }));
}

const attributesOf = (kind: string, helpId: string) =>
  markRaw({ 'aria-describedby': helpId, 'aria-roledescription': kind });

export function toFlowEdges(wires: readonly CanvasWire[], picked: string | undefined): Edge[] {
  return wires.map(({ id, from, to, look }) => ({
    id,
    source: from.step,
    sourceHandle: from.port,
    target: to.step,
    targetHandle: to.port,
    class: [look, id === picked ? 'picked' : ''].filter(Boolean).join(' '),
    selectable: false,
    interactionWidth: 16,
    zIndex: look === 'refused' ? ABOVE_CARDS : 0,
  }));
}
