import type { Edge, Node } from '@vue-flow/core';
import { t } from '@/i18n';
import { CARD } from '../graph/layout';
import type { CanvasNode, CanvasWire } from './canvas-model';

/** A wire that was refused is drawn over the cards, so that it is seen where it would have gone. */
const ABOVE_CARDS = 1001;

/** Our nodes as Vue Flow takes them. */
export function toFlowNodes(
  nodes: readonly CanvasNode[],
  { helpId, isFixed }: { helpId: string; isFixed: boolean },
): Node[] {
  return nodes.map(({ id, label, x, y, inputs, outputs }) => ({
    id,
    type: 'step',
    position: { x, y },
    width: CARD.width,
    data: { inputs, outputs },
    ariaLabel: label,
    draggable: !isFixed,
    domAttributes: { 'aria-describedby': helpId, 'aria-roledescription': t('canvas.step') },
  }));
}

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
