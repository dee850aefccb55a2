import type { OpenAPIObject } from '@nestjs/swagger';
import { LONGEST_KEY } from './idempotency.interceptor.js';

const TAKING = /^\/(api|hooks|v1\/webhook)\//;
/** These make a session and give it as a cookie; what they answered is not kept. */
const NOT_KEPT = new Set(['/api/setup', '/api/session']);
const PARAMETER = {
  in: 'header' as const,
  name: 'Idempotency-Key',
  required: false,
  description:
    'A word of your own for this request. Sent again under it within seven days, it has no second effect and the same answer',
  schema: { type: 'string' as const, minLength: 1, maxLength: LONGEST_KEY },
};

/** Adds the header that every write takes to the description of the API. */
export function describeIdempotencyKey(document: OpenAPIObject): OpenAPIObject {
  for (const [path, { post, put, patch, delete: remove }] of Object.entries(document.paths)) {
    if (!TAKING.test(path)) continue;
    for (const write of [NOT_KEPT.has(path) ? undefined : post, put, patch, remove])
      if (write) write.parameters = [...(write.parameters ?? []), PARAMETER];
  }
  return document;
}
