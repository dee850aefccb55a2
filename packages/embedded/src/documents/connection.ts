import { once } from 'node:events';
import type { Socket } from 'node:net';
import { answerRequest } from './commands/dispatch.js';
import type { Connection, ServerState } from './commands/context.js';
import { maxMessageBytes } from './commands/handshake.js';
import { Framer } from './protocol/framer.js';
import { parseMessage } from './protocol/message.js';

/** Who has not authenticated may only send what authentication takes. */
const maxOpenBytes = 64 * 1024;

let lastNumber = 0;

/**
 * Serves one client until it leaves: its requests one after another, in the order in which they came.
 * Bytes that are no message end the connection.
 */
export async function serveConnection(socket: Socket, state: ServerState): Promise<void> {
  const connection: Connection = {
    number: ++lastNumber,
    isAuthenticated: state.authenticator === undefined,
    isClosed: false,
  };
  socket.once('close', () => {
    connection.isClosed = true;
  });
  const framer = new Framer();
  try {
    for await (const chunk of socket) {
      const limit = connection.isAuthenticated ? maxMessageBytes + 16 * 1024 : maxOpenBytes;
      for (const bytes of framer.push(chunk as Buffer, limit)) await serveMessage(bytes, socket, connection, state);
    }
  } catch {
    // the stream has failed or what came is not the protocol: there is nobody to answer
  } finally {
    connection.isClosed = true;
    socket.destroy();
  }
}

async function serveMessage(bytes: Buffer, socket: Socket, connection: Connection, state: ServerState): Promise<void> {
  const request = parseMessage(bytes);
  const reply = await answerRequest(request, connection, state);
  if (request.isUnacknowledged || connection.isClosed) return;
  const isRoom = socket.write(reply);
  if (!isRoom) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
}
