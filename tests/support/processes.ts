import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Process ids of everything that a process started, and that those started. */
export function descendantsOf(pid: number): number[] {
  const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = table.split('\n').flatMap((line) => {
    const [child, parent] = line.trim().split(/\s+/).map(Number);
    return child && parent ? [{ child, parent }] : [];
  });
  const below = (parent: number): number[] =>
    pairs.filter((pair) => pair.parent === parent).flatMap(({ child }) => [child, ...below(child)]);
  return below(pid);
}

/** The memory that a process holds now; 0 where the system does not tell. */
export function memoryMb(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
  } catch {
    return 0;
  }
}

/** How long the main thread of a process was ready and others had the processors; 0 where the system does not tell. */
export function queuedMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1_000_000;
  } catch {
    return 0;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether a process is there and does nothing because it got SIGSTOP. */
export function isStopped(pid: number): boolean {
  try {
    return /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
