import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import type { DocumentServerOptions } from '../server.js';

const sources = fileURLToPath(new URL('..', import.meta.url));
const packages = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** The child's program: starts a server as its parent says and ends with it. */
const program = `
import { startDocumentServer } from './documents/server.js';
process.once('disconnect', () => process.exit());
try {
  const { url } = await startDocumentServer(JSON.parse(process.argv[2]));
  process.send({ url });
} catch (error) {
  process.send({ refusal: error.message });
}
`;

/** Compiles the server into a folder, so that a process of its own can run the code under test as it is now. */
export async function compileServer(folder: string): Promise<string> {
  const files = (await readdir(sources, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts') && !file.startsWith('testing'),
  );
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  for (const file of files) {
    const { outputText } = ts.transpileModule(await readFile(join(sources, file), 'utf8'), { compilerOptions });
    const target = join(folder, 'documents', file.replace(/\.ts$/, '.js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, outputText);
  }
  await symlink(packages, join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const entry = join(folder, 'child.js');
  await writeFile(entry, program);
  return entry;
}

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Ends it without warning; resolves when it is gone. */
  kill(): Promise<void>;
}

/**
 * Starts a server in a process of its own.
 * @throws Error with the server's reason when it does not start
 */
export async function startProcess(entry: string, options: DocumentServerOptions): Promise<ServerProcess> {
  const child: ChildProcess = fork(entry, [JSON.stringify(options)]);
  const [answer] = (await once(child, 'message')) as [{ url?: string; refusal?: string }];
  const kill = async () => {
    const isGone = once(child, 'exit');
    child.kill('SIGKILL');
    await isGone;
  };
  if (answer.url !== undefined) return { url: answer.url, pid: child.pid!, kill };
  await kill();
  throw new Error(answer.refusal);
}
