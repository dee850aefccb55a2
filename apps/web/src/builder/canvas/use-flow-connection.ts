import { type Connection, useVueFlow } from '@vue-flow/core';
import type { PortRef } from '../graph/edit-graph';

interface Told {
  accepts: (from: PortRef, to: PortRef) => boolean;
  connect: (from: PortRef, to: PortRef) => void;
  refuse: (from: PortRef, to: PortRef) => void;
  connectToNode: (from: PortRef, id: string) => void;
  connecting: (from: PortRef | undefined) => void;
}

/**
 * Turns Vue Flow's events of drawing a wire into: drawn, refused, or let go over a card.
 * @returns whether a wire may end at a port, for the ports to ask
 */
export function useFlowConnection({ accepts, connect, refuse, connectToNode, connecting }: Told) {
  const { onConnectStart, onConnect, onConnectEnd, connectionStatus } = useVueFlow();
  let start: PortRef | undefined;
  let tried: Connection | undefined;
  let isDrawn = false;

  onConnectStart(({ nodeId, handleId, handleType }) => {
    start = handleType === 'source' && nodeId ? { step: nodeId, port: handleId ?? '' } : undefined;
    [tried, isDrawn] = [undefined, false];
    connecting(start);
  });

  onConnect((connection) => {
    isDrawn = true;
    connect(fromOf(connection), toOf(connection));
  });

  onConnectEnd((event) => {
    connecting(undefined);
    if (isDrawn) return;
    if (tried && connectionStatus.value === 'invalid') refuse(fromOf(tried), toOf(tried));
    else if (start) letGo(start, event);
  });

  function letGo(from: PortRef, event: MouseEvent | TouchEvent | undefined) {
    if (!event) return;
    const { clientX, clientY } =
      'changedTouches' in event ? (event.changedTouches[0] ?? { clientX: -1, clientY: -1 }) : event;
    const card = document.elementFromPoint(clientX, clientY)?.closest('.vue-flow__node');
    const id = card?.getAttribute('data-id');
    if (id && id !== from.step) connectToNode(from, id);
  }

  /** Called for the port nearest to the pointer, over and over. */
  function isValidConnection(connection: Connection): boolean {
    tried = connection;
    return accepts(fromOf(connection), toOf(connection));
  }

  return isValidConnection;
}

const fromOf = ({ source, sourceHandle }: Connection): PortRef => ({ step: source, port: sourceHandle ?? '' });
const toOf = ({ target, targetHandle }: Connection): PortRef => ({ step: target, port: targetHandle ?? '' });
