import type { Edge, Node } from '@vue-flow/core';
import { t } from '@/i18n';
import { CARD } from '../graph/layout';
import type { CanvasNode, CanvasNote, CanvasWire } from './canvas-model';

/** A wire that was refused is drawn over the cards, so that it is seen where it would have gone. */
const ABOVE_CARDS = 1001;
/** A note may lie around cards, which stay within reach. */
const BELOW_CARDS = -1;

interface Options {
  helpId: string;
  isFixed: boolean;
}

/** Our nodes as Vue Flow takes them. */
export function toFlowNodes(nodes: readonly CanvasNode[], { helpId, isFixed }: Options): Node[] {
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

export function toFlowNotes(notes: readonly CanvasNote[], { helpId, isFixed }: Options): Node[] {
  return notes.map(({ id, label, x, y, width, height }) => ({
    id,
    type: 'note',
    position: { x, y },
    width,
    height,
    zIndex: BELOW_CARDS,
    ariaLabel: label,
    draggable: !isFixed,
    connectable: false,
    domAttributes: { 'aria-describedby': helpId, 'aria-roledescription': t('canvas.note') },
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
