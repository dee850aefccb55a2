import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A port that nobody else has, bridged to a unix socket. */
export async function startBridge(path: string): Promise<{ port: number; stop: () => Promise<void> }> {
  const open = new Set<Socket>();
  const server: Server = createServer((outside) => {
    const inside = connect(path);
    for (const [from, to] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      open.add(from);
      from.on('error', () => to.destroy()).on('close', () => open.delete(from));
      from.pipe(to);
    }
    outside.on('close', () => inside.destroy()); // the server may be writing, and would not see that nobody reads
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const stop = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const one of open) one.destroy();
    await closed;
  };
  return { port, stop };
}
