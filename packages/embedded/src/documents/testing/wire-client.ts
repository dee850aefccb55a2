import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deserialize, type Document, serialize } from 'bson';

/** A command as the bytes of a message. */
export function messageOf(command: Document, flags = 0): Buffer {
  const body = serialize(command);
  const header = Buffer.alloc(21);
  header.writeInt32LE(header.length + body.length, 0);
  header.writeInt32LE(7, 4);
  header.writeInt32LE(2013, 12);
  header.writeUInt32LE(flags, 16);
  return Buffer.concat([header, body]);
}

/** A connection that sends what it is given, where a driver would put things right first. */
export class WireClient {
  private received = Buffer.alloc(0);

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      socket.emit('received');
    });
    // a server that ends the connection is an answer too, which `send` gives as undefined
    socket.on('error', () => undefined);
  }

  static async connect(path: string): Promise<WireClient> {
    const socket = connect(path);
    await once(socket, 'connect');
    return new WireClient(socket);
  }

  /** Sends bytes by themselves, before what is sent next. */
  async push(bytes: Buffer): Promise<void> {
    await new Promise((resolve) => this.socket.write(bytes, resolve));
  }

  /** Sends a message and gives the answer; undefined when the server ends the connection instead. */
  async send(message: Buffer): Promise<Document | undefined> {
    this.socket.write(message);
    while (this.received.length < 4 || this.received.length < this.received.readInt32LE(0)) {
      if (this.socket.closed) return undefined;
      await Promise.race([once(this.socket, 'received'), once(this.socket, 'close')]).catch(() => undefined);
    }
    const length = this.received.readInt32LE(0);
    const body = this.received.subarray(this.received.readInt32LE(12) === 1 ? 36 : 21, length);
    const answer = deserialize(body);
    this.received = this.received.subarray(length);
    return answer;
  }

  run(command: Document): Promise<Document | undefined> {
    return this.send(messageOf({ ...command, $db: 'test' }));
  }

  close(): void {
    this.socket.destroy();
  }
}
