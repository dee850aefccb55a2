import 'reflect-metadata';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppError } from '@pelton/contract';
import helmet from 'helmet';
import { AppModule } from './app.module.js';
import { EndingAdapter } from './common/ending-adapter.js';
import type { Config } from './config.js';
import { describeApi } from './describe-api.js';
import { SendersDoor } from './ingest/senders-door.service.js';
import { serveSnippet, serveWeb } from './serve-files.js';

const WEB = fileURLToPath(new URL('../../web/dist', import.meta.url));
const SNIPPET = createRequire(import.meta.url).resolve('@pelton/snippet/pelton.js');

/** Builds the application on services that are running; it does not listen yet. */
export async function createApp(config: Config): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.for(config), new EndingAdapter(), {
    logger: ['warn', 'error'],
    abortOnError: false,
    bodyParser: false,
  });
  if (config.role !== 'worker') app.use(app.get(SendersDoor).open);
  app.useBodyParser('json', { limit: '2mb' });
  app.useBodyParser('urlencoded', { limit: '16kb', extended: false });
  app.use(helmet({ contentSecurityPolicy: { directives: CONTENT_SECURITY }, strictTransportSecurity: false }));
  app.useGlobalPipes(new StandardSchemaValidationPipe({ exceptionFactory: (issues) => badInput(issues) }));
  describeApi(app);
  if (config.role !== 'worker') serveSnippet(app, SNIPPET);
  serveWeb(app, WEB);
  return app;
}

/** Element Plus sets styles from scripts, and mail previews are shown in frames without scripts. */
const CONTENT_SECURITY = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:', 'https:', 'http:'],
  connectSrc: ["'self'"],
  frameSrc: ["'self'"],
  objectSrc: ["'none'"],
  upgradeInsecureRequests: null,
};

function badInput(issues: readonly { message: string; path?: readonly unknown[] | undefined }[]): AppError {
  const path = (segments: readonly unknown[] = []) =>
    segments
      .map((segment) => (typeof segment === 'object' && segment !== null && 'key' in segment ? segment.key : segment))
      .join('.');
  return new AppError('BAD_INPUT', {
    issues: issues.map((issue) => ({ path: path(issue.path), message: issue.message })),
  });
}
