import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];

/** Where this machine has a program; undefined when it has none. */
export function pathOf(program: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** A part of a test's title: nothing, or why the test is passed over. */
export function whyNot(program: string): string {
  return pathOf(program) ? '' : ` (passed over: ${program} is not installed)`;
}
