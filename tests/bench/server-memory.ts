import { readFileSync } from 'node:fs';
import { descendantsOf } from '../support/processes.js';

/** The most memory that Pelton's own process has held so far, where the system tells. */
export function serverPeakMb(): number {
  const peaks = descendantsOf(process.pid).flatMap((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('server/dist/main.js')) return [];
      const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return [Number(kilobytes) / 1_024];
    } catch {
      return []; // it has just ended, or this system has no /proc
    }
  });
  return Math.round(Math.max(0, ...peaks));
}
