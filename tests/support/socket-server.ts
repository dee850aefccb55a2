import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { startBridge } from './bridge.js';
import { waitFor } from './wait-for.js';

/** A database server of its own that listens on a unix socket, and the port that leads there. */
export interface SocketServer {
  port: number;
  stop: () => Promise<void>;
}

/** Starts a server and resolves when its socket is there. */
export async function startSocketServer(path: string, args: string[], socket: string): Promise<SocketServer> {
  const server = spawn(path, args, { stdio: 'ignore' });
  try {
    await waitFor(async () => (existsSync(socket) || hasEnded(server) ? true : undefined), { what: socket });
    if (hasEnded(server)) throw new Error(`${path} ended with ${server.exitCode ?? server.signalCode}`);
    const bridge = await startBridge(socket);
    return {
      port: bridge.port,
      async stop() {
        await bridge.stop();
        await end(server);
      },
    };
  } catch (error) {
    await end(server);
    throw error;
  }
}

function hasEnded(server: ChildProcess): boolean {
  return server.exitCode !== null || server.signalCode !== null;
}

/** Nothing of a scratch folder is worth a clean shutdown. */
async function end(server: ChildProcess): Promise<void> {
  if (hasEnded(server)) return;
  const exited = once(server, 'exit');
  server.kill('SIGKILL');
  await exited;
}
