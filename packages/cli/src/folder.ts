import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FileNoun, type ProjectFile } from '@pelton/contract';

/** The YAML files of a project's folder; what else lies there is nobody's business. */
export function readFolder(folder: string): ProjectFile[] {
  if (!existsSync(folder)) throw new Error(`There is no folder ${folder}.`);
  return FileNoun.options.flatMap((noun) => {
    const inside = join(folder, `${noun}s`);
    if (!existsSync(inside)) return [];
    return readdirSync(inside)
      .filter((name) => name.endsWith('.yaml'))
      .sort()
      .map((name) => ({ path: `${noun}s/${name}`, text: readFileSync(join(inside, name), 'utf8') }));
  });
}

/** Writes files where they differ. @returns paths of those that were written */
export function writeFolder(folder: string, files: readonly ProjectFile[]): string[] {
  return files
    .filter(({ path, text }) => {
      const file = join(folder, path);
      if (existsSync(file) && readFileSync(file, 'utf8') === text) return false;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return true;
    })
    .map(({ path }) => path);
}
