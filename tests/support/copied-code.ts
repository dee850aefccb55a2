import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A language of the Keys page, and how its code is run. */
export interface CopiedCode {
  language: string;
  program: string;
  file: string;
  args?: string[];
}

/** Those whose code needs nothing but the language. */
export const LANGUAGES: CopiedCode[] = [
  { language: 'curl', program: 'bash', file: 'send.sh' },
  { language: 'Python', program: 'python3', file: 'send.py' },
  { language: 'Ruby', program: 'ruby', file: 'send.rb' },
  { language: 'PHP', program: 'php', file: 'send.php' },
  { language: 'Go', program: 'go', file: 'main.go', args: ['run'] },
  { language: 'Java', program: 'java', file: 'Main.java' },
  { language: 'C#', program: 'dotnet', file: 'send.cs', args: ['run'] },
];

/** Runs code in a folder of its own. */
export async function runCode({ program, file, args = [] }: CopiedCode, code: string): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), 'pelton-code-'));
  try {
    writeFileSync(join(cwd, file), code);
    await promisify(execFile)(program, [...args, file], { cwd });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
