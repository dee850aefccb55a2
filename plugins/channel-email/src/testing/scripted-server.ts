import { type AddressInfo, createServer, type Socket } from 'node:net';

/**
 * What to say to a command: null breaks the connection, undefined is polite. The greeting answers the word `connect`, the
 * end of a mail the word `.`; `count` says how often the word came before, on any connection.
 */
export type Script = (word: string, count: number) => string | null | undefined;

/** A server that says what a test wants and breaks off where it wants; `lines` are what it got, without the mails. */
export interface ScriptedServer {
  port: number;
  lines: string[];
  close: () => Promise<void>;
}

const polite: Record<string, string> = {
  connect: '220 ready',
  EHLO: '250 ready',
  MAIL: '250 ok',
  RCPT: '250 ok',
  DATA: '354 go on',
  RSET: '250 ok',
  QUIT: '221 bye',
  '.': '250 ok',
};

export async function openScriptedServer(script: Script): Promise<ScriptedServer> {
  const lines: string[] = [];
  const counts = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let isMail = false;
    let rest = '';
    const answer = (line: string) => {
      const word = line.split(/[ :]/, 1)[0] ?? '';
      const count = counts.get(word) ?? 0;
      counts.set(word, count + 1);
      lines.push(line);
      const scripted = script(word, count);
      const reply = scripted === undefined ? (polite[word] ?? '502 what?') : scripted;
      if (reply === null) socket.destroy();
      else socket.write(`${reply}\r\n`);
      isMail = word === 'DATA' && reply?.startsWith('354') === true;
    };
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (piece) => {
      const parts = (rest + piece.toString('latin1')).split('\r\n');
      rest = parts.pop() ?? '';
      for (const line of parts) if (!isMail || line === '.') answer(line);
    });
    answer('connect');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port, // it listens on a port, not on a pipe
    lines,
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
