import { type Connection, useVueFlow } from '@vue-flow/core';
import { watch } from 'vue';
import type { PortRef } from '../graph/edit-graph';
import type { CanvasPoint, PortEnd } from './canvas-model';
import { pointOf } from './point-of';

interface Told {
  accepts: (from: PortRef, to: PortRef) => boolean;
  connect: (from: PortRef, to: PortRef) => void;
  refuse: (from: PortRef, to: PortRef) => void;
  connectToNode: (from: PortRef, id: string) => void;
  connecting: (from: PortEnd | undefined) => void;
  /** The wire that is being drawn has come to a port, or away from it. */
  reach: (wire: { from: PortRef; to: PortRef } | undefined) => void;
  /** A wire was let go over nothing. */
  letGo: (from: PortEnd, at: CanvasPoint) => void;
}

/**
 * Turns Vue Flow's events of drawing a wire into: drawn, refused, or let go over a card or over nothing.
 * @returns whether a wire may end at a port, for the ports to ask
 */
export function useFlowConnection(told: Told) {
  const { onConnectStart, onConnect, onConnectEnd, connectionStatus, connectionEndHandle } = useVueFlow();
  let start: PortEnd | undefined;
  let tried: Connection | undefined;
  let isDrawn = false;

  onConnectStart(({ nodeId, handleId, handleType }) => {
    const side = handleType === 'source' ? 'out' : 'in';
    start = nodeId ? { ref: { step: nodeId, port: handleId ?? '' }, side } : undefined;
    [tried, isDrawn] = [undefined, false];
    told.connecting(start);
  });

  watch(connectionEndHandle, (end) => {
    const ref = end && { step: end.nodeId, port: end.id ?? '' };
    if (!ref || !start) told.reach(undefined);
    else told.reach(start.side === 'out' ? { from: start.ref, to: ref } : { from: ref, to: start.ref });
  });

  onConnect((connection) => {
    isDrawn = true;
    told.connect(fromOf(connection), toOf(connection));
  });

  onConnectEnd((event) => {
    told.connecting(undefined);
    told.reach(undefined);
    if (isDrawn || !start) return;
    if (tried && connectionStatus.value === 'invalid') told.refuse(fromOf(tried), toOf(tried));
    else if (event) letGo(start, pointOf(event));
  });

  function letGo(from: PortEnd, at: CanvasPoint) {
    const under = document.elementFromPoint(at.x, at.y);
    const id = under?.closest('.vue-flow__node')?.getAttribute('data-id');
    if (id === undefined || id === null) {
      if (under?.closest('.vue-flow')) told.letGo(from, at);
    } else if (id !== from.ref.step && from.side === 'out') told.connectToNode(from.ref, id);
  }

  /** Called for the port nearest to the pointer, over and over. */
  function isValidConnection(connection: Connection): boolean {
    tried = connection;
    return told.accepts(fromOf(connection), toOf(connection));
  }

  return isValidConnection;
}

const fromOf = ({ source, sourceHandle }: Connection): PortRef => ({ step: source, port: sourceHandle ?? '' });
const toOf = ({ target, targetHandle }: Connection): PortRef => ({ step: target, port: targetHandle ?? '' });
