import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { handleQuery } from './handle-query.js';
import type { QueryHost } from './query-host.js';

/** Statements and values may come in the URL. */
const LONGEST_HEADERS = 2 * 1024 * 1024;
/** A server's; clients keep connections for less. */
const KEEP_ALIVE_MS = 10_000;

/** Serves ClickHouse's HTTP interface on a loopback port. @returns the function that ends it */
export async function startHttpServer(host: QueryHost, port: number): Promise<() => void> {
  const sockets = new Set<Socket>();
  const server = createServer({ maxHeaderSize: LONGEST_HEADERS, noDelay: true }, (message, response) => {
    route(host, message, response);
  });
  server.requestTimeout = 0; // an insert may take as long as its data
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, resolve);
  });
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}

function route(host: QueryHost, message: IncomingMessage, response: ServerResponse): void {
  message.on('error', () => {}); // the client broke off; whoever reads the body learns it
  response.on('error', () => {});
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://warehouse');
  if (pathname === '/ping' || (message.method === 'GET' && pathname === '/' && !searchParams.has('query'))) {
    response.setHeader('Content-Type', 'text/html; charset=UTF-8');
    response.end('Ok.\n');
  } else if (pathname !== '/') {
    response.writeHead(404).end(`There is no handle ${pathname}\n`);
  } else if (message.method !== 'GET' && message.method !== 'POST') {
    response.writeHead(501).end('Only GET and POST are supported\n');
  } else {
    handleQuery(host, message, response).catch(() => response.destroy());
  }
}
