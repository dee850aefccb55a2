import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The built server, and the folder of the project, wherever this file was compiled to. */
const server = dirname(createRequire(import.meta.url).resolve('@pelton/server'));
export const MAIN = join(server, 'main.js');
export const ROOT = join(server, '..', '..', '..');
