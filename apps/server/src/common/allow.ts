import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { KeyScope, Role } from '@pelton/contract';
import type { Request } from 'express';
import type { z } from 'zod';
import { ApiOkResponse } from './described.js';

/** Who may call a route. A route that says nothing is refused, and a test finds it. */
export type Access =
  { kind: 'public' } | { kind: 'role'; role: Role; scope?: KeyScope } | { kind: 'key'; scope: KeyScope };

export const ACCESS = 'access';

/** Everybody, signed in or not. */
export const Public = () => SetMetadata(ACCESS, { kind: 'public' } satisfies Access);

/**
 * Members of at least this role. API keys with the scope `read` count as viewers, those with `operate` as operators.
 * @param scope of the keys that count as this role too, where neither of those does
 */
export const Allow = (role: Role, scope?: KeyScope) =>
  SetMetadata(ACCESS, { kind: 'role', role, ...(scope && { scope }) } satisfies Access);

/** API keys with this scope. */
export const AllowKey = (scope: KeyScope) => SetMetadata(ACCESS, { kind: 'key', scope } satisfies Access);

/** Who is calling, and the project that the session or key belongs to; never taken from the request's body. */
export interface Actor {
  /** A member's id, or the key's. */
  id: string;
  name: string;
  role: Role;
  projectId: string;
  /** The session's id, for a member. */
  sessionId: string | undefined;
}

export interface ActorRequest extends Request {
  actor?: Actor;
  /** The key that a sender put elsewhere than in the header Authorization; read by the ingest's body reader. */
  writeKey?: string | undefined;
  /** Of what a sender sent, in characters; told by the same reader. */
  bodyLength?: number | undefined;
}

/** The caller of a route that is not public. */
export const CurrentActor = createParamDecorator((_data: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<ActorRequest>();
  if (!actor) throw new Error('A public route asked for its caller');
  return actor;
});

/** Documents what a route answers with. */
export const Answers = (schema: z.ZodType, description?: string) =>
  applyDecorators(ApiOkResponse({ standardSchema: schema as never, ...(description && { description }) }));
