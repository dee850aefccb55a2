import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { ROOT } from './root.js';

/** Where a browser is, and what it needs besides. */
interface FoundBrowser {
  executablePath: string;
  env: Record<string, string>;
}

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a browser: the one that CHROMIUM_PATH names, else the system's, else the one that an npm package carries. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = findBrowser();
  return chromium.launch({ executablePath, args: ARGS, env: { ...(process.env as Record<string, string>), ...env } }); // an environment holds text only
}

function findBrowser(): FoundBrowser {
  const named = process.env.CHROMIUM_PATH ?? SYSTEM.find((path) => existsSync(path));
  if (named) return { executablePath: named, env: {} };
  if (process.platform === 'linux' && process.arch === 'x64') return packagedBrowser();
  return { executablePath: chromium.executablePath(), env: {} };
}

/** The headless Chromium of @sparticuz/chromium with the libraries that it brings, unpacked once beside node_modules. */
export function packagedBrowser(): FoundBrowser {
  const folder = join(ROOT, 'node_modules', '.cache', 'chromium');
  if (!existsSync(folder)) unpackInto(folder);
  return {
    executablePath: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_PATH: join(folder, 'fonts') },
  };
}

/** The package unpacks into TMPDIR, and its libraries only when it thinks that it runs on AWS. A rename makes it one step. */
function unpackInto(folder: string): void {
  const part = mkdtempSync(join(tmpdir(), 'chromium-'));
  const script = `import chromium from ${JSON.stringify(import.meta.resolve('@sparticuz/chromium'))}; await chromium.executablePath();`;
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TMPDIR: part,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x',
  };
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, stdio: 'pipe' });
  writeFileSync(join(part, 'fonts', 'fonts.conf'), fontsIn(join(folder, 'fonts', 'fonts')));
  execFileSync('mkdir', ['-p', join(folder, '..')]);
  try {
    moveFolder(part, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // another test unpacked it meanwhile
  }
}

/** The package looks for its fonts where AWS would have them, and a browser that finds no font at all ends at the first sign. */
function fontsIn(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
`;
}

/** The temporary folder may lie on another disk, where a rename does not reach. */
function moveFolder(from: string, to: string): void {
  const near = `${to}.part-${process.pid}`;
  execFileSync('cp', ['-R', from, near]);
  rmSync(from, { recursive: true, force: true });
  renameSync(near, to);
}
