import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AppError, isAllowed } from '@pelton/contract';
import type { Request } from 'express';
import { CONFIG, type Config } from '../config.js';
import { KeyEntrance, keyInHeader } from '../keys/key-entrance.service.js';
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
    private readonly keys: KeyEntrance,
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
    const secret = keyInHeader(request.headers) ?? request.writeKey;
    if (secret) request.actor = await this.keys.enter(secret, request.headers.origin, access);
    else await this.enterBySession(request, access);
    return true;
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

/** A browser says where a request comes from; one that changes something must come from our own page. */
function isCrossSite(request: Request): boolean {
  if (SAFE_METHODS.has(request.method)) return false;
  const site = request.headers['sec-fetch-site'];
  if (typeof site === 'string') return site !== 'same-origin' && site !== 'none';
  const { origin } = request.headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host !== request.headers.host;
}
