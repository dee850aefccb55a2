import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { newId } from '../common/ids.js';
import type { KeyedRequest } from './idempotency.interceptor.js';

export const REPEATABLE = 'repeatable';

/**
 * A route that has no second effect when the same request is carried out again, such as one whose effect has its id from
 * {@link WriteId}. So it may be, when whoever did it first died over it. PUT and DELETE are not: done again later, they undo what
 * others did in between.
 */
export const Repeatable = () => SetMetadata(REPEATABLE, true);

/** An id for what a request makes: the same whenever it is sent again under its Idempotency-Key, else a new one. */
export const WriteId = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string =>
    context.switchToHttp().getRequest<KeyedRequest>().writeId ?? newId(),
);
