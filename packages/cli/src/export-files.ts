import type { ProjectFiles } from '@pelton/contract';
import type { Api } from './api.js';
import { readFolder, writeFolder } from './folder.js';
import type { ExitCode } from './main.js';

/** Writes the project into a folder. Files of things that are gone stay: git is the one to delete. */
export async function exportFiles(api: Api, folder: string): Promise<ExitCode> {
  const { files } = await api.get<ProjectFiles>('/api/project-files');
  const written = writeFolder(folder, files);
  console.log(`${files.length} files, ${written.length} of them changed, in ${folder}`);
  const known = new Set(files.map(({ path }) => path));
  const others = readFolder(folder).filter(({ path }) => !known.has(path));
  if (others.length > 0)
    console.log(`Not in the project, and left as they are: ${others.map(({ path }) => path).join(', ')}`);
  return 0;
}
