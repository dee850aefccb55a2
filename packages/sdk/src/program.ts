import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, sep } from 'node:path';
import { AppError } from '@pelton/contract';

/** What a program says: a message on its output that is a JSON object, or a line for the log. */
export type ProgramLine = { kind: 'message'; message: Record<string, unknown> } | { kind: 'log'; text: string };

export interface ProgramCall {
  /** Absolute path. */
  program: string;
  /** Folders that an admin allows programs to be started from. */
  allowed: readonly string[];
  /** JSON that is given to the program as files, by name; they may hold secrets. */
  files: Record<string, unknown>;
  /** The arguments; `path` gives where a file lies. */
  args: (path: (file: string) => string) => string[];
}

const LONGEST_LINE = 32_000_000;
const KEPT_ERROR_LINES = 20;
const GRACE_MS = 2_000;

/**
 * Runs a program and gives its lines as they come, no faster than they are taken. It is started without a shell and
 * without our environment, in a process group of its own that ends when nobody reads any more; its files lie in a folder
 * that only we may look into, and are gone afterwards. What it writes to its error output is for the log.
 * @throws PROGRAM_NOT_ALLOWED, SOURCE_BROKE when it cannot be started, ends with an error or a line never ends
 */
export async function* readProgram(call: ProgramCall): AsyncGenerator<ProgramLine> {
  const program = await allowedPath(call);
  const folder = await mkdtemp(join(tmpdir(), 'pelton-program-')); // mode 0700
  try {
    const path = (file: string) => join(folder, `${file}.json`);
    for (const [file, content] of Object.entries(call.files))
      await writeFile(path(file), JSON.stringify(content), { mode: 0o600 });
    yield* linesOf(program, call.args(path), folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* linesOf(program: string, args: string[], cwd: string): AsyncGenerator<ProgramLine> {
  const env = { PATH: process.env['PATH'], LANG: 'C.UTF-8', HOME: cwd, TMPDIR: cwd };
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors.push(...text.split('\n').filter((line) => line.trim() !== ''));
    errors.splice(0, errors.length - KEPT_ERROR_LINES);
  });
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : `it ended with ${signal ?? code}`));
  });
  try {
    let rest = '';
    for await (const chunk of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') yield read(line);
      if (rest.length > LONGEST_LINE) throw broke(program, `a line is longer than ${LONGEST_LINE} characters`);
    }
    if (rest.trim() !== '') yield read(rest);
    const failure = await ended;
    for (const text of errors) yield { kind: 'log', text };
    if (failure) throw broke(program, [failure, errors.at(-1)].filter(Boolean).join(': '));
  } finally {
    await endGroup(child, ended);
  }
}

function read(line: string): ProgramLine {
  try {
    const message: unknown = JSON.parse(line);
    if (typeof message === 'object' && message !== null && !Array.isArray(message))
      return { kind: 'message', message: message as Record<string, unknown> };
  } catch {
    // a line that is no message is one for the log
  }
  return { kind: 'log', text: line.slice(0, 1_000) };
}

/** Ends the program and all that it started, if it is still there. */
async function endGroup(child: ReturnType<typeof spawn>, ended: Promise<unknown>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-(child.pid ?? 0), name);
    } catch {
      // it has just gone
    }
  };
  const timer = setTimeout(() => signal('SIGKILL'), GRACE_MS);
  const exited = once(child, 'exit');
  child.stdout?.resume(); // nobody reads it any more, and it must not wait for that
  signal('SIGTERM');
  await Promise.race([exited, ended]);
  clearTimeout(timer);
}

async function allowedPath({ program, allowed }: ProgramCall): Promise<string> {
  const refused = new AppError('PROGRAM_NOT_ALLOWED', { program, folders: [...allowed] });
  if (!isAbsolute(program) || program.split(/[\\/]/).includes('..')) throw refused;
  const folders = await Promise.all(allowed.map((folder) => realpath(folder).catch(() => undefined)));
  if (![...allowed, ...folders].some((folder) => folder !== undefined && isInside(folder, program))) throw refused;
  const real = await realpath(program).catch(() => undefined);
  if (real === undefined) throw broke(program, 'it is not there. Install it, or correct the path');
  // A tap in a virtual environment is a script there; it may link to an interpreter elsewhere, which an admin chose.
  return program;
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function broke(program: string, reason: string): AppError {
  return new AppError('SOURCE_BROKE', { program, reason });
}
