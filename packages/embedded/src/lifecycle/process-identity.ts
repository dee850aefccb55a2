import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names a process so that a later one with the same number is not taken for it. */
export interface ProcessIdentity {
  pid: number;
  /** When it started, in the system's own terms; only ever compared. */
  started: string;
  /** Where the number means something: one boot of one machine, one container. */
  space: string;
}

/**
 * @returns undefined when no such process runs; a dead one that nobody has collected yet does not run, unless threads of it
 * still end, which hold its files until then
 */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid);
  return started === undefined ? undefined : { pid, started, space: processSpace() };
}

/** Whether exactly this process runs. Only meaningful for a process of the same space. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.started === identity.started;
}

let space: string | undefined;

/** Names where the process numbers that this process sees are valid. */
export function processSpace(): string {
  return (space ??= process.platform === 'linux' ? linuxSpace() : hostname());
}

function linuxSpace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname(); // a locked-down /proc; the host name is the best that is left
  }
}

function startedOnLinux(pid: number): string | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces and parentheses; after it come the state, 17 fields on the number of threads,
    // and 19 on the start.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const isDead = fields[0] === 'X' || (fields[0] === 'Z' && Number(fields[17]) <= 1);
    return isDead ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startedByPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    }).trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}
