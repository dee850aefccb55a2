import { join } from 'node:path';
import { pathOf } from './installed.js';
import { newDataDir, removeDataDir } from './pelton.js';
import { startSocketServer } from './socket-server.js';

export const hasRedis = pathOf('redis-server') !== undefined;

/** A real Redis of its own on a port of its own. */
export async function startRedis(): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = newDataDir();
  const socket = join(folder, 'socket');
  const quiet = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
  const args = ['--port', '0', '--unixsocket', socket, '--dir', folder, ...quiet];
  const server = await startSocketServer(pathOf('redis-server') ?? 'redis-server', args, socket);
  return {
    url: `redis://127.0.0.1:${server.port}`,
    async stop() {
      await server.stop();
      removeDataDir(folder);
    },
  };
}
