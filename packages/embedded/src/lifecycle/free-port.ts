import { createServer } from 'node:net';

/** Below the range from which systems take the ports of outgoing connections, so that a restart finds its port free. */
const LOWEST = 20_000;
const HIGHEST = 31_999;

/** Finds a loopback port on which nothing listens. */
export async function findFreePort(): Promise<number> {
  for (let attempts = 0; attempts < 100; attempts++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port between ${LOWEST} and ${HIGHEST}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
