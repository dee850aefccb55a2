import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createEncryptedServer } from 'node:tls';

/**
 * Stands between Pelton and a broker, and has the broker's answers name the relay instead of it, so that all goes through
 * here.
 */
export interface KafkaRelay {
  /** host:port */
  broker: string;
  /** Bytes of answers that still pass before no more do. */
  left: number;
  /** Whether connections break when no more may pass; else they stay silent. */
  breaks: boolean;
  stop: () => Promise<void>;
}

export interface RelayOptions {
  /** The host that answers name instead of 127.0.0.1; it has to be as long. */
  advertised?: string;
  /** The key and certificate that Pelton's side is encrypted with, as PEM. */
  tls?: { key: string; cert: string };
}

export async function startRelay(broker: string, options: RelayOptions = {}): Promise<KafkaRelay> {
  const { advertised = '127.0.0.1', tls } = options;
  const port = Number(broker.split(':')[1]);
  const sockets = new Set<Socket>();
  const relayed = (client: Socket) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => [client, upstream].forEach((each) => each.destroy()));
    }
    client.pipe(upstream);
    upstream.on('data', (answer) => pass(answer, client));
  };
  const server = tls ? createEncryptedServer(tls, relayed) : createServer(relayed);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = portOf(server);
  const relay: KafkaRelay = {
    broker: `127.0.0.1:${own}`,
    left: Number.POSITIVE_INFINITY,
    breaks: true,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return relay;

  function pass(answer: Buffer, client: Socket): void {
    relay.left -= answer.length;
    if (relay.left > 0) client.write(renamed(answer));
    else if (relay.breaks) client.destroy();
  }

  /** The name of the host, and the number of its port in four bytes after it. */
  function renamed(answer: Buffer): Buffer {
    const at = answer.indexOf('127.0.0.1');
    if (at < 0) return answer;
    answer.write(advertised, at, 'latin1');
    answer.writeInt32BE(own, at + '127.0.0.1'.length);
    return answer;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
