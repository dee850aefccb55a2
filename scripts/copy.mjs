// Copies a folder of files that tsc does not emit, such as SQL migrations: node scripts/copy.mjs FROM TO
import { cpSync, rmSync } from 'node:fs';

const [from, to] = process.argv.slice(2);
rmSync(to, { recursive: true, force: true });
cpSync(from, to, { recursive: true });
