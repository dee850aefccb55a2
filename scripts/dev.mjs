// The development loop: tsc -w for every TypeScript package, node --watch for the server, Vite for the page.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

const packages = ['packages', 'plugins', 'apps']
  .flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
  .filter((folder) => existsSync(`${folder}/tsconfig.build.json`));

const children = [
  ...packages.map((folder) =>
    run('node_modules/typescript/bin/tsc', ['-w', '--preserveWatchOutput', '-p', `${folder}/tsconfig.build.json`]),
  ),
  run('--watch', ['--enable-source-maps', 'apps/server/dist/main.js']),
  spawn(process.execPath, ['node_modules/vite/bin/vite.js'], { cwd: 'apps/web', stdio: 'inherit' }),
];

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
  });
}

function run(script, args) {
  return spawn(process.execPath, [script, ...args], { stdio: 'inherit' });
}
