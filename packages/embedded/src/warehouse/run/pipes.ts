import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Makes an empty folder with a named pipe for each slot. @returns the path of the pipe of a slot */
export function makePipes(folder: string, count: number): (slot: number) => string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pipes = Array.from({ length: count }, (_, index) => join(folder, `out-${index}`));
  execFileSync('mkfifo', ['-m', '600', ...pipes]);
  return (slot) => {
    const pipe = pipes[slot];
    if (!pipe) throw new Error(`There is no slot ${slot}`);
    return pipe;
  };
}
