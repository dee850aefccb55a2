import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A wire to a service that can be cut and mended; whoever uses it sees what it sees when the service is gone. */
export interface Wire {
  /** The service's URL, by this wire. */
  url: (url: string) => string;
  cut: () => void;
  mend: () => void;
  close: () => void;
}

export async function openWire(port: number): Promise<Wire> {
  let isCut = false;
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    if (isCut) return void near.resetAndDestroy();
    const far = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const nearPort = typeof address === 'object' ? address?.port : undefined;
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: (url) => url.replace(/:\d+(?=\/?$)/, `:${nearPort}`),
    cut,
    mend: () => {
      isCut = false;
    },
    close: () => {
      cut();
      server.close();
    },
  };
}
