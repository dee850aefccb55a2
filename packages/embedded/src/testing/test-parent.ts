import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** Where the services of a parent answer. */
export interface ParentUrls {
  mongodbUrl: string;
  queueUrl: string;
  clickhouseUrl: string;
}

/** A Pelton in a process of its own, with all services, to be killed. */
export interface TestParent {
  pid: number;
  /** @throws Error with the words of its failure */
  ready: Promise<ParentUrls>;
  /** The processes of the services by name. */
  pids: Map<string, number>;
  /** What it wrote, line by line. */
  lines: string[];
  exited: Promise<{ code: number | null; signal: string | null }>;
}

const module = new URL('../../dist/index.js', import.meta.url).href;

/** On SIGTERM and SIGINT the parent first asks each service for a sign of life, as an application does that closes. */
const program = (dataDir: string) => `
  import { startServices } from ${JSON.stringify(module)};
  const say = (kind, facts) => console.log(JSON.stringify({ kind, ...facts }));
  let services;
  let isClosing = false;
  const close = async () => {
    if (isClosing) return;
    isClosing = true;
    const { origin, username, password } = new URL(services.clickhouseUrl);
    const headers = { 'X-ClickHouse-User': username, 'X-ClickHouse-Key': password };
    await new Promise((done) => setTimeout(done, 100));
    const answer = await fetch(origin + '/?query=SELECT%2042', { headers });
    say('closing', { text: await answer.text() });
    await services.stop();
    process.exit(0);
  };
  process.on('SIGTERM', close);
  process.on('SIGINT', close);
  try {
    services = await startServices({
      dataDir: ${JSON.stringify(dataDir)},
      log: (event, facts) => say('log', { event, ...facts }),
      onExit: (service, reason) => say('exit', { service, reason }),
    });
    say('ready', services);
  } catch (error) {
    say('failed', { code: error.code, message: error.message, facts: error.facts });
    process.exit(3);
  }
`;

export function startParent(dataDir: string): TestParent {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(dataDir)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true, // a process group of its own, like one started from a terminal
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const parent = { pid: child.pid ?? 0, pids: new Map<string, number>(), lines: [] as string[] };
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const ready = new Promise<ParentUrls>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      parent.lines.push(line);
      const said = JSON.parse(line) as {
        kind: string;
        event?: string;
        service?: string;
        pid?: number;
        message?: string;
      };
      if (said.kind === 'log' && said.service && said.pid) parent.pids.set(said.service, said.pid);
      if (said.kind === 'ready') resolve(said as unknown as ParentUrls);
      if (said.kind === 'failed') reject(new Error(line));
    });
    void exited.then(({ code, signal }) => reject(new Error(`The parent ended with ${signal ?? code}`)));
  });
  ready.catch(() => {});
  return { ...parent, ready, exited };
}
