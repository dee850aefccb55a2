import { readFileSync, realpathSync } from 'node:fs';
import type { Database, RootDatabase } from 'lmdb';
import { decode } from '../bson/decoder.js';
import { encode } from '../bson/encoder.js';

const holderKey = 'holder';
const heldHere = new Set<string>();

/**
 * Keeps a folder to one process. The claim is stored in the folder under LMDB's own writer lock, so two processes
 * cannot both succeed; a claim whose process has died counts for nothing.
 */
export class FolderClaim {
  private readonly path: string;

  /** @throws Error when this process has the folder open already */
  constructor(private readonly folder: string) {
    this.path = realpathSync(folder);
    if (heldHere.has(this.path)) throw new Error(`${folder} is already open in this process`);
    heldHere.add(this.path);
  }

  /** @throws Error naming the holder when another living process has the folder */
  take(root: RootDatabase, meta: Database<Buffer, string>): void {
    root.transactionSync(() => {
      const bytes = meta.getBinary(holderKey);
      const holder = bytes && decode(bytes);
      const { pid, started } = (holder ?? {}) as { pid?: number; started?: string }; // written below
      if (pid !== undefined && isAlive(pid, started ?? '')) {
        throw new Error(`${this.folder} is in use by process ${pid}; stop that one first`);
      }
      meta.putSync(holderKey, encode({ pid: process.pid, started: startOf(process.pid) }));
    });
  }

  /** Takes back what `take` stored. */
  giveUp(meta: Database<Buffer, string>): void {
    meta.removeSync(holderKey);
  }

  /** Lets this process open the folder again. */
  release(): void {
    heldHere.delete(this.path);
  }
}

function isAlive(pid: number, started: string): boolean {
  // a claim of this very number is of an earlier process: this one's own would be in the set
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return started === '' || startOf(pid) === started;
}

/**
 * When a process began, to tell it from a later one of the same number; empty where the system does not say.
 * A process that has ended and only waits for its parent to look counts as none.
 */
function startOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the command in parentheses may hold spaces; the state is the first field behind it, the start time the 20th
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : `${boot} ${fields[19]}`;
  } catch {
    return '';
  }
}
