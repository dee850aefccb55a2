import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { sayAll } from './common/described.js';
import { describeWaysIn } from './ingest/describe-ways-in.js';
import { describeIdempotencyKey } from './writes/describe-idempotency-key.js';

const ADDRESSES = /^\/api(\/?|\/openapi\.(json|yaml)|\/index\.html|\/swagger-ui[\w.-]*|\/favicon[\w.-]*)$/;

@Module({})
class NothingModule {}

/** The document at /api/openapi.json, a page to browse it at /api; what makes them is loaded when one is first asked for. */
export function describeApi(app: NestExpressApplication): void {
  let description: Promise<RequestHandler> | undefined;
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (!ADDRESSES.test(request.path)) return next();
    description ??= openDescription(app);
    description.then((serve) => serve(request, response, next), next);
  });
}

/** Addresses that come after an application listens have to be of another. */
async function openDescription(app: NestExpressApplication): Promise<RequestHandler> {
  const swagger = await import('@nestjs/swagger');
  sayAll(swagger);
  const about = new swagger.DocumentBuilder()
    .setTitle('Pelton')
    .setDescription('Sign in with a session cookie, or send an API key as `Authorization: Bearer pk_…`.')
    .setVersion('0.1.0')
    .addBearerAuth()
    .addCookieAuth('pelton')
    .build();
  const pages = await NestFactory.create<NestExpressApplication>(NothingModule, { logger: false });
  pages.disable('x-powered-by');
  const routes = describeIdempotencyKey(swagger.SwaggerModule.createDocument(app, about));
  swagger.SwaggerModule.setup('api', pages, describeWaysIn(routes), {
    jsonDocumentUrl: 'api/openapi.json',
    yamlDocumentUrl: 'api/openapi.yaml',
  });
  return pages.getHttpAdapter().getInstance() as RequestHandler; // Express, which is a function of a request
}
