import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identifyProcess, isRunning } from '../lifecycle/process-identity.js';

/** From gentle to certain; PostgreSQL's data survives all of them, because every commit is in its log first. */
const STEPS = [
  { signal: 'SIGINT', waitMs: 5_000 },
  { signal: 'SIGQUIT', waitMs: 2_000 },
  { signal: 'SIGKILL', waitMs: 1_000 },
] as const;

/** Stops the PostgreSQL that a killed Pelton left running on this data folder, if there is one. */
export async function stopOrphan(data: string): Promise<void> {
  const pidFile = join(data, 'postmaster.pid');
  const pid = readPid(pidFile);
  if (pid === undefined) return;
  const orphan = identifyProcess(pid);
  if (!orphan || !commandOf(pid).includes(data)) {
    rmSync(pidFile, { force: true }); // PostgreSQL would not start if another process had this number by now
    return;
  }
  for (const { signal, waitMs } of STEPS) {
    if (isRunning(orphan)) process.kill(pid, signal);
    for (const end = performance.now() + waitMs; performance.now() < end; await sleep(10)) {
      if (!isRunning(orphan)) return;
    }
  }
}

function readPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8').split('\n', 1)[0]) || undefined;
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
