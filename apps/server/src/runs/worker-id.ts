import { hostname } from 'node:os';
import { newId } from '../common/ids.js';

/** This process, as it signs the steps that it is at: host, process id, and a word that is new with each start. */
export const WORKER_ID = `${hostname()} ${process.pid} ${newId()}`;

/** True for a process of this machine that is gone, so that its steps need not wait until their lease ends. */
export function isGone(worker: string): boolean {
  const [host, pid = '', boot] = worker.split(' ');
  if (host !== hostname()) return false;
  if (Number(pid) === process.pid) return !WORKER_ID.endsWith(` ${boot}`);
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
