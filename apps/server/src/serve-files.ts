import { existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import serveCompressed from 'express-static-gzip';

/** Addresses of the API, of senders, of mails' links; all others are the page's. */
const NOT_PAGES = /^\/(api|v1|hooks|t|e|array|healthz|schema|pelton\.js)(\/|$)/;
const PAGE = /\.html(\.br|\.gz)?$/;
/** A file goes out as the compressed copy that the build laid beside it, where the client takes one. */
const COMPRESSED = { enableBrotli: true, orderPreference: ['br', 'gzip'], index: false };

/** The built page at /, with every path that is not of the API leading to it. Without its folder there is no page. */
export function serveWeb(app: NestExpressApplication, folder: string): void {
  if (!existsSync(folder)) return;
  const serve = serveCompressed(folder, {
    ...COMPRESSED,
    serveStatic: { maxAge: '1y', immutable: true, setHeaders: keepPageFresh },
  });
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (NOT_PAGES.test(request.path)) return next();
    serve(request, response, () => {
      if (request.method !== 'GET' || !request.accepts('html')) return next();
      request.url = '/index.html';
      serve(request, response, next);
    });
  });
}

/** The script that web pages include. It holds no key: the page's own tag names it. */
export function serveSnippet(app: NestExpressApplication, file: string): void {
  const serve = serveCompressed(dirname(file), {
    ...COMPRESSED,
    serveStatic: { maxAge: '1h', setHeaders: letOthersInclude },
  });
  const path = `/${basename(file)}`;
  app.use((request: Request, response: Response, next: NextFunction) =>
    request.path === path ? serve(request, response, next) : next(),
  );
}

/** The names of all other files change with what is in them. */
function keepPageFresh(response: ServerResponse, path: string): void {
  if (PAGE.test(path)) response.setHeader('Cache-Control', 'no-cache');
}

function letOthersInclude(response: ServerResponse): void {
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
}
