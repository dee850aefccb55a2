import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { AppError, type KeyScope, type Role } from '@pelton/contract';
import type { Access, Actor } from '../common/allow.js';
import { KeysService } from './keys.service.js';

/** Lets in who brings an API key, for what the key is good for. */
@Injectable()
export class KeyEntrance {
  constructor(private readonly keys: KeysService) {}

  /**
   * @param origin of the page that sends, where a browser names one
   * @throws KEY_UNKNOWN, ORIGIN_NOT_ALLOWED, KEY_NOT_ALLOWED
   */
  async enter(secret: string, origin: string | undefined, access: Exclude<Access, { kind: 'public' }>): Promise<Actor> {
    const key = await this.keys.recognize(secret);
    if (!key) throw new AppError('KEY_UNKNOWN', {});
    if (origin && key.origins?.length && !key.origins.includes(origin))
      throw new AppError('ORIGIN_NOT_ALLOWED', { origin });
    const needed = access.kind === 'key' ? access.scope : scopeFor(access.role);
    const holds = needed && (key.scopes.includes(needed) || (needed === 'read' && key.scopes.includes('operate')));
    if (!holds) throw new AppError('KEY_NOT_ALLOWED', { needed: needed ?? 'of a signed-in admin' });
    const role: Role = key.scopes.includes('operate') ? 'operator' : 'viewer';
    return { id: key._id, name: `key ${key.title}`, role, projectId: key.projectId, sessionId: undefined };
  }
}

/** The key in `Authorization: Bearer …`, or in Segment's Basic auth, where it is the user name. */
export function keyInHeader({ authorization }: IncomingHttpHeaders): string | undefined {
  const [scheme = '', value = ''] = authorization?.split(' ', 2) ?? [];
  if (/^bearer$/i.test(scheme)) return value;
  return /^basic$/i.test(scheme) ? Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0] : undefined;
}

function scopeFor(role: Role): KeyScope | undefined {
  if (role === 'viewer') return 'read';
  return role === 'operator' ? 'operate' : undefined;
}
