import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { AppError, holdsScope, type KeyScope, type Role } from '@pelton/contract';
import type { Access, Actor } from '../common/allow.js';
import { KeysService } from './keys.service.js';

type Entered = Exclude<Access, { kind: 'public' }>;

/** Lets in who brings an API key, for what the key is good for. */
@Injectable()
export class KeyEntrance {
  constructor(private readonly keys: KeysService) {}

  /**
   * @param origin of the page that sends, where a browser names one
   * @throws KEY_UNKNOWN, ORIGIN_NOT_ALLOWED, KEY_NOT_ALLOWED
   */
  async enter(secret: string, origin: string | undefined, access: Entered): Promise<Actor> {
    const key = await this.keys.recognize(secret);
    if (!key) throw new AppError('KEY_UNKNOWN', {});
    if (origin && key.origins?.length && !key.origins.includes(origin))
      throw new AppError('ORIGIN_NOT_ALLOWED', { origin });
    const needed = access.scope ?? scopeFor(access);
    if (!needed || !holdsScope(key.scopes, needed))
      throw new AppError('KEY_NOT_ALLOWED', { needed: needed ?? 'of a signed-in admin' });
    const role = roleOf(key.scopes, access);
    return { id: key._id, name: `key ${key.title}`, role, projectId: key.projectId, sessionId: undefined };
  }
}

/** The key in `Authorization: Bearer …`, or in Segment's Basic auth, where it is the user name. */
export function keyInHeader({ authorization }: IncomingHttpHeaders): string | undefined {
  const [scheme = '', value = ''] = authorization?.split(' ', 2) ?? [];
  if (/^bearer$/i.test(scheme)) return value;
  return /^basic$/i.test(scheme) ? Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0] : undefined;
}

function scopeFor(access: Entered): KeyScope | undefined {
  if (access.kind === 'key' || access.role === 'viewer') return 'read';
  return access.role === 'operator' ? 'operate' : undefined;
}

/** A route that names a scope of its own takes the key for the role that it asks of members. */
function roleOf(scopes: readonly KeyScope[], access: Entered): Role {
  if (access.kind === 'role' && access.scope) return access.role;
  return holdsScope(scopes, 'operate') ? 'operator' : 'viewer';
}
