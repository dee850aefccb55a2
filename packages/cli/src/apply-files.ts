import { createInterface } from 'node:readline/promises';
import type { FilePlan } from '@pelton/contract';
import type { Api } from './api.js';
import { describePlan } from './describe-plan.js';
import { readFolder } from './folder.js';
import type { ExitCode } from './main.js';

interface Options {
  folder: string;
  yes: boolean;
  prune: boolean;
  overwriteDrafts: boolean;
}

/** Shows what would change, asks, and makes the project hold what the files say. */
export async function applyFiles(api: Api, { folder, yes, prune, overwriteDrafts }: Options): Promise<ExitCode> {
  const input = { files: readFolder(folder), prune, overwriteDrafts };
  const plan = await api.post<FilePlan>('/api/project-files/plan', input);
  console.log(describePlan(plan));
  if (plan.problems.length > 0) return 2;
  if (plan.changes.length === 0) return 0;
  if (!yes && !(await isMeant())) {
    console.error('Nothing was changed. Add --yes to apply without being asked.');
    return 2;
  }
  await api.post('/api/project-files/apply', { ...input, state: plan.state });
  console.log('Applied.');
  return 0;
}

/** Where nobody can answer, the answer is no. */
async function isMeant(): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Apply this? [y/N] ');
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
