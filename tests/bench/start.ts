import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { newDataDir, removeDataDir, spawnPelton } from '../support/pelton.js';
import { type Figures, measure, median, round } from './figures.js';

const ROUNDS = 3;
const FRESH_MS = 4_000;
const AGAIN_MS = 3_000;

/** From `node apps/server/dist/main.js` to a 200 of /healthz, on fresh data and on data that is there. */
export async function start(): Promise<Figures> {
  const fresh: number[] = [];
  const again: number[] = [];
  const services: number[] = [];
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    const dataDir = newDataDir();
    fresh.push(await startOnce(dataDir));
    again.push(await startOnce(dataDir));
    services.push(await startServicesOnce(dataDir));
    removeDataDir(dataDir);
  }
  const [first, second, bare] = [median(fresh), median(again), median(services)];
  return {
    unit: 'ms',
    ours: round(second, 0),
    baseline: round(bare, 0),
    ratio: round(second / bare),
    fresh: round(first, 0),
    baselineIs: 'the three local services alone, on the same data',
    bar: `fresh <= ${FRESH_MS} ms, existing data <= ${AGAIN_MS} ms`,
    met: first <= FRESH_MS && second <= AGAIN_MS,
  };
}

async function startOnce(dataDir: string): Promise<number> {
  const port = await freePort();
  const started = performance.now();
  const { child, output } = spawnPelton({ dataDir, env: { PELTON_PORT: String(port) } });
  while (!(await isHealthy(port))) {
    if (child.exitCode !== null) throw new Error(`Pelton ended with ${child.exitCode}: ${output()}`);
    await pause(10);
  }
  const ms = performance.now() - started;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
  return ms;
}

async function isHealthy(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    (response) => response.ok,
    () => false,
  );
}

/** A process of its own, so that loading its modules counts as it does for the server. */
async function startServicesOnce(dataDir: string): Promise<number> {
  const script = `const { startServices } = await import(${JSON.stringify(import.meta.resolve('@pelton/embedded'))}); const services = await startServices({ dataDir: ${JSON.stringify(dataDir)} }); await services.stop();`;
  return measure(async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    await once(child, 'exit');
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number }; // listening on TCP
  await new Promise((resolve) => server.close(resolve));
  return port;
}
