// The one entry of every root script: checks Node, installs when the lockfile changed, builds, then does what was asked.
// No dependencies, because it runs before there are any.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
const { packageManager: pnpm, engines } = JSON.parse(readFileSync('package.json', 'utf8'));
const onWindows = process.platform === 'win32';

const commands = {
  start: () => (build(), serve('apps/server/dist/main.js')),
  dev: () => (build(), develop()),
  build,
  test: () => {
    build();
    checkCode();
    runPnpm('exec', 'turbo', 'run', 'test', '--output-logs=errors-only', '--concurrency=2');
  },
  'test:long': () => {
    build();
    process.env.PELTON_TEST_LONG = 'yes';
    runPnpm('exec', 'turbo', 'run', 'test', '--filter=@pelton/tests', '--output-logs=errors-only');
  },
  check: () => {
    runPnpm('exec', 'prettier', '--check', '--log-level=warn', '.');
    build();
    checkCode();
  },
  bench: (args) => (build(), serve('tests/dist/bench/run.js', args)),
};

const [name, ...rest] = process.argv.slice(2);
if (!Object.hasOwn(commands, name)) fail(`Usage: node scripts/run.mjs ${Object.keys(commands).join('|')}`);
checkNode();
install();
commands[name](rest);

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Pelton needs Node ${engines.node}; this is ${process.version}.`);
}

function install() {
  const stamp = join('node_modules', '.install-stamp');
  const wanted = createHash('sha256')
    .update(`${process.versions.modules} ${process.platform} ${process.arch}`)
    .update(readFileSync('pnpm-lock.yaml'))
    .update(readFileSync('pnpm-workspace.yaml'))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing what Pelton needs (once; about a minute on a first run) …');
  runPnpm('install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only', '--loglevel=warn');
  writeFileSync(stamp, wanted);
}

function build() {
  console.log('Building …');
  runPnpm('exec', 'turbo', 'run', 'build', '--output-logs=errors-only', '--concurrency=2');
}

/** Types and rules; those of Vue's files by its own checker. */
function checkCode() {
  runPnpm('exec', 'oxlint', '--type-aware', '--type-check', '--deny-warnings');
  runPnpm('exec', 'turbo', 'run', 'typecheck', '--output-logs=errors-only');
}

/** Runs a program and lives exactly as long as it does. */
function serve(script, args = []) {
  const child = spawn(process.execPath, ['--enable-source-maps', script, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  // npm's shell does not pass a signal on; it only dies, and then our parent is another process.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref();
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

/** Rebuilds on change and restarts the server; the page is served by Vite with hot reload on its own port. */
function develop() {
  serve('scripts/dev.mjs');
}

function runPnpm(...args) {
  // --prefer-offline, or npx asks the registry on every call and hangs without a network.
  const result = spawnSync(onWindows ? 'npx.cmd' : 'npx', ['--prefer-offline', '--yes', pnpm, ...args], {
    stdio: 'inherit',
    shell: onWindows,
    env: cleanEnvironment(),
  });
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** npm's own settings reach its scripts as variables and are not pnpm's; only where to fetch from is kept. */
function cleanEnvironment() {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
  const keep = /^npm_config_(cache|registry|userconfig|.*proxy|cafile|prefer_offline|offline)$/i;
  for (const key of Object.keys(env)) {
    if (/^npm_(config|package|lifecycle|command)/i.test(key) && !keep.test(key)) delete env[key];
  }
  return env;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
