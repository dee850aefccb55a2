import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { pathOf } from './installed.js';

/**
 * A broker to read from and write to. It is not a real Kafka but the mock cluster of librdkafka, which the program kcat
 * carries along: an implementation of the protocol that shares no code with ours or with our library. It keeps messages as
 * producers pack them, and makes each topic that is asked for, with four partitions; it knows no users, no encryption,
 * no compacting and no marks of transactions.
 */
export interface SourceKafka {
  /** host:port */
  broker: string;
  /** Sends messages, one a line; `options` are those of kcat. */
  send: (topic: string, messages: string[], options?: string[]) => Promise<void>;
  /** All messages of a topic, as kcat tells of them: the names and values of headers by turns. */
  messagesOf: (topic: string) => Promise<{ key: string | null; payload: string; headers?: string[] }[]>;
  stop: () => Promise<void>;
}

export const hasKafka = pathOf('kcat') !== undefined;

export async function startKafka(): Promise<SourceKafka> {
  const topic = '__kept-open'; // the cluster lives as long as this reader does
  const options = ['-C', '-q', '-b', 'none', '-t', topic, '-X', 'test.mock.num.brokers=1', '-d', 'mock'];
  const server = spawn(pathOf('kcat') ?? 'kcat', options, { stdio: ['ignore', 'ignore', 'pipe'] });
  const broker = await addressIn(server);
  return {
    broker,
    send: async (name, messages, extra = []) => {
      await kcat(['-P', '-b', broker, '-t', name, ...extra], `${messages.join('\n')}\n`);
    },
    messagesOf: async (name) => {
      const text = await kcat(['-C', '-q', '-e', '-J', '-b', broker, '-t', name, '-o', 'beginning'], '');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { key: string | null; payload: string; headers?: string[] });
    },
    stop: () =>
      new Promise((resolve) => {
        server.once('exit', () => resolve());
        server.kill('SIGKILL');
      }),
  };
}

function addressIn(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    server.once('exit', () => reject(new Error(`kcat ended: ${text}`)));
    server.stderr?.on('data', (piece: Buffer) => {
      if (text.length < 10_000) text += piece.toString();
      const [, address] = /bootstrap\.servers=(\S+)/.exec(text) ?? [];
      if (address) resolve(address);
    });
  });
}

function kcat(options: string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const most = { maxBuffer: 100_000_000 };
    const child = execFile(pathOf('kcat') ?? 'kcat', options, most, (error, stdout) =>
      error ? reject(error as Error) : resolve(stdout),
    );
    child.stdin?.end(input);
  });
}
