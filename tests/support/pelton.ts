import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAIN } from './root.js';

export const ADMIN = { email: 'admin@example.org', password: 'correct-horse-battery' };

/** A Pelton of its own: a process, a data folder, a port that nobody else has. */
export interface Pelton {
  url: string;
  dataDir: string;
  /** What it printed so far. */
  output: () => string;
  /** Ends it as a person does. Resolves with the exit code. */
  stop: () => Promise<number | null>;
  /** Ends it as a power cut does. */
  kill: () => Promise<void>;
  pid: number;
  /** Resolves when it is gone, whoever ended it. */
  ended: Promise<void>;
}

/** An empty folder that PostgreSQL, which may run as another user, can reach. */
export function newDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'pelton-'));
}

export function removeDataDir(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 }); // a service that was killed may still be ending
}

/** Starts the built server and resolves when it says that it is ready. */
export async function startPelton(options: { dataDir?: string; env?: Record<string, string> } = {}): Promise<Pelton> {
  const dataDir = options.dataDir ?? newDataDir();
  const { child, output } = spawnPelton({ ...options, dataDir });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const ready = /Pelton is ready at (\S+)/.exec(output());
      if (ready?.[1]) resolve(ready[1]);
    });
    child.once('exit', (code) => reject(new Error(`Pelton ended with ${code}: ${output()}`)));
  });
  return {
    url,
    dataDir,
    output,
    pid: child.pid ?? 0,
    ended:
      child.exitCode === null && child.signalCode === null ? once(child, 'exit').then(() => {}) : Promise.resolve(),
    stop: () => end(child, 'SIGTERM'),
    kill: async () => {
      await end(child, 'SIGKILL');
    },
  };
}

/** Starts the built server without waiting for anything; for starts that fail. */
export function spawnPelton(options: { dataDir: string; env?: Record<string, string> }): {
  child: ChildProcess;
  output: () => string;
} {
  const { PATH = '', HOME = '' } = process.env;
  const env = {
    PATH,
    HOME,
    PELTON_DATA: options.dataDir,
    PELTON_PORT: '0',
    PELTON_ADMIN_EMAIL: ADMIN.email,
    PELTON_ADMIN_PASSWORD: ADMIN.password,
    PELTON_LOG_LEVEL: 'warn',
    ...options.env,
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return { child, output: () => text };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
  return child.exitCode;
}
