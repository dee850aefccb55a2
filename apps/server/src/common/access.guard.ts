import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AppError, isAllowed, type KeyScope, type Role } from '@pelton/contract';
import type { Request } from 'express';
import { CONFIG, type Config } from '../config.js';
import { KeysService } from '../keys/keys.service.js';
import { SessionsService } from '../members/sessions.service.js';
import { ACCESS, type Access, type ActorRequest } from './allow.js';
import { readCookie } from './cookie.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Deny by default: finds out who calls and lets through only what the route's {@link Access} names. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SessionsService,
    private readonly keys: KeysService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const access = this.reflector.get<Access | undefined>(ACCESS, context.getHandler());
    const request = context.switchToHttp().getRequest<ActorRequest>();
    if (!access)
      throw new AppError('NOT_ALLOWED', {
        needed: 'a route that says who may call it',
        has: 'calling one that does not',
      });
    if (access.kind === 'public') {
      if (isCrossSite(request)) throw new AppError('CROSS_SITE', {});
      return true;
    }
    const secret = keyOf(request) ?? request.writeKey;
    if (secret) await this.enterByKey(request, secret, access);
    else await this.enterBySession(request, access);
    return true;
  }

  private async enterByKey(
    request: ActorRequest,
    secret: string,
    access: Exclude<Access, { kind: 'public' }>,
  ): Promise<void> {
    const key = await this.keys.recognize(secret);
    if (!key) throw new AppError('KEY_UNKNOWN', {});
    const { origin } = request.headers;
    if (origin && key.origins?.length && !key.origins.includes(origin))
      throw new AppError('ORIGIN_NOT_ALLOWED', { origin });
    const needed = access.kind === 'key' ? access.scope : scopeFor(access.role);
    const holds = needed && (key.scopes.includes(needed) || (needed === 'read' && key.scopes.includes('operate')));
    if (!holds) throw new AppError('KEY_NOT_ALLOWED', { needed: needed ?? 'of a signed-in admin' });
    const role: Role = key.scopes.includes('operate') ? 'operator' : 'viewer';
    request.actor = { id: key._id, name: `key ${key.title}`, role, projectId: key.projectId, sessionId: undefined };
  }

  private async enterBySession(request: ActorRequest, access: Exclude<Access, { kind: 'public' }>): Promise<void> {
    const token = readCookie(request, this.config);
    const actor = token ? await this.sessions.actorOf(token) : undefined;
    if (!actor) throw new AppError('NOT_SIGNED_IN', {});
    if (isCrossSite(request)) throw new AppError('CROSS_SITE', {});
    if (access.kind === 'key') throw new AppError('KEY_NOT_ALLOWED', { needed: access.scope });
    if (!isAllowed(actor.role, access.role))
      throw new AppError('NOT_ALLOWED', { needed: access.role, has: actor.role });
    request.actor = actor;
  }
}

/** `Authorization: Bearer …`, or Segment's Basic auth with the key as user name. */
function keyOf(request: Request): string | undefined {
  const [scheme = '', value = ''] = request.headers.authorization?.split(' ', 2) ?? [];
  if (/^bearer$/i.test(scheme)) return value;
  return /^basic$/i.test(scheme) ? Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0] : undefined;
}

function scopeFor(role: Role): KeyScope | undefined {
  if (role === 'viewer') return 'read';
  return role === 'operator' ? 'operate' : undefined;
}

/** A browser says where a request comes from; one that changes something must come from our own page. */
function isCrossSite(request: Request): boolean {
  if (SAFE_METHODS.has(request.method)) return false;
  const site = request.headers['sec-fetch-site'];
  if (typeof site === 'string') return site !== 'same-origin' && site !== 'none';
  const { origin } = request.headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host !== request.headers.host;
}
