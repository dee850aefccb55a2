import { ExpressAdapter } from '@nestjs/platform-express';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** How long requests that were begun may take once the server ends. */
const LAST_MS = 5_000;

/**
 * Express that ends when it is told to. While steps come to their end it answers on, but keeps no connection, so that the
 * next request may find another process. Then requests that were begun are answered, but a stream of events would go on for
 * as long as somebody looks at it. Who followed one asks again, and is answered by the next process.
 */
export class EndingAdapter extends ExpressAdapter {
  private readonly open = new Set<ServerResponse>();
  private isEnding = false;

  override initHttpServer(...args: Parameters<ExpressAdapter['initHttpServer']>): void {
    super.initHttpServer(...args);
    // Before Express, which may answer at once.
    this.server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
      if (this.isEnding) response.setHeader('Connection', 'close');
      this.open.add(response);
      response.once('close', () => this.open.delete(response));
    });
  }

  override beforeClose(): void {
    super.beforeClose();
    this.isEnding = true;
  }

  override async close(): Promise<void> {
    const closed = super.close();
    for (const response of this.open) endSoon(response);
    const impatience = setTimeout(() => this.server.closeAllConnections(), LAST_MS);
    await closed;
    clearTimeout(impatience);
  }

  private get server(): Server {
    return this.getHttpServer() as Server; // Express runs on the server that the adapter made
  }
}

function endSoon(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
  else if (String(response.getHeader('Content-Type')).startsWith('text/event-stream')) response.end();
}
