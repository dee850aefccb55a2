import type { Request } from 'express';
import type { Actor, ActorRequest } from '../common/allow.js';

/** Who sends, and from where into this server. */
export interface Sender {
  projectId: string;
  keyId: string;
  /** Method and path, without the query: a key may stand there. */
  address: string;
  /** The body's length in characters. */
  bodyLength: number;
}

export function senderOf(actor: Actor, request: Request & Pick<ActorRequest, 'bodyLength'>): Sender {
  const { method, path, bodyLength = 0 } = request;
  return { projectId: actor.projectId, keyId: actor.id, address: `${method} ${path}`, bodyLength };
}
