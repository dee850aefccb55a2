import type { OpenAPIObject } from '@nestjs/swagger';
import { TrackingAnswer } from '@pelton/contract';
import { z } from 'zod';
import { WAYS_IN } from './protocols/ways-in.js';

/** Adds the addresses of events, which are taken before there are routes, to the description of the API. */
export function describeWaysIn(document: OpenAPIObject): OpenAPIObject {
  const { $schema: _version, ...schema } = z.toJSONSchema(TrackingAnswer, { target: 'openapi-3.0', io: 'output' });
  const answer = {
    description: 'What is not named in `rejected` is stored durably',
    content: { 'application/json': { schema: schema as object } },
  };
  const body = { content: { 'application/json': { schema: {} } } };
  for (const [path, { description }] of WAYS_IN)
    document.paths[path] = {
      post: { tags: ['collect'], summary: description, requestBody: body, responses: { '200': answer } },
    };
  return document;
}
