import { createHmac } from 'node:crypto';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AppError } from '@pelton/contract';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { ActorRequest } from '../common/allow.js';
import { idFrom } from '../common/ids.js';
import { CONFIG, type Config, deriveKey } from '../config.js';
import { KeyedWrites } from './keyed-writes.service.js';
import { REPEATABLE } from './repeatable.js';

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** Characters. */
export const LONGEST_KEY = 200;

export interface KeyedRequest extends ActorRequest {
  /** Of what the request makes, when it came with an Idempotency-Key. */
  writeId?: string;
}

/** Lets each write with an `Idempotency-Key` have its effect once. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly hashKey: Buffer;

  constructor(
    private readonly reflector: Reflector,
    private readonly writes: KeyedWrites,
    @Inject(CONFIG) config: Config,
  ) {
    this.hashKey = deriveKey(config.secretKey, 'writes');
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<KeyedRequest>();
    const key = request.headers['idempotency-key']?.toString();
    const isRepeatable = this.reflector.get<boolean | undefined>(REPEATABLE, context.getHandler()) === true;
    if (key === undefined || !isKept(request, isRepeatable)) return next.handle();
    if (key === '' || key.length > LONGEST_KEY) throw wrongKey();
    const sender = senderOf(request);
    const requestHash = this.hash(request);
    request.writeId = idFrom(...sender, key, requestHash);
    const write = { id: idFrom(...sender, key), key, requestHash, isRepeatable };
    return from(this.writes.once(write, () => lastValueFrom(next.handle(), { defaultValue: undefined })));
  }

  /** Keyed, as a short password could be guessed from a plain hash of the body that set it. */
  private hash({ method, originalUrl, body }: KeyedRequest): string {
    const request = JSON.stringify([method, originalUrl, body as unknown]);
    return createHmac('sha256', this.hashKey).update(request).digest('base64url');
  }
}

/** Signing in answers with a cookie, which is nobody else's to have; an upload is not read as a whole, and replaces its file. */
function isKept(request: KeyedRequest, isRepeatable: boolean): boolean {
  const isOfSomebody = request.actor !== undefined || isRepeatable;
  return WRITES.has(request.method) && isOfSomebody && !request.is('multipart/form-data');
}

/** Where everybody may call, the address stands for who does. */
function senderOf({ actor, path }: KeyedRequest): string[] {
  return actor ? [actor.projectId, actor.id] : [path];
}

function wrongKey(): AppError {
  return new AppError('BAD_INPUT', {
    issues: [{ path: 'Idempotency-Key', message: `Give 1 to ${LONGEST_KEY} characters, such as a UUID` }],
  });
}
