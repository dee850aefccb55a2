/**
 * Loaded before the server by tests of faults (`node --import`). When work comes to FAIL_POINT for the FAIL_AFTER-th time, the
 * process gets FAIL_SIGNAL: SIGKILL is a power cut, SIGSTOP a machine that is asleep. The server knows nothing of it.
 *
 * FAIL_RUNS: when this process launched so many runs that are no drafts, their steps begin; nothing counts before.
 * FAIL_ATTEMPT: counts only such attempts at a step.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const { FAIL_POINT = '', FAIL_AFTER = '1', FAIL_RUNS = '0', FAIL_ATTEMPT, FAIL_SIGNAL = 'SIGKILL' } = process.env;
const main = process.argv[1] ?? '';
if (FAIL_POINT && main.endsWith('server/dist/main.js')) await arm();

async function arm() {
  const load = (path) => import(pathToFileURL(join(dirname(main), path)).href);
  const { RunsService } = await load('runs/runs.service.js');
  const { RunStore } = await load('runs/run-store.service.js');
  const { StepExecutor } = await load('runs/step-executor.service.js');
  const { WarehouseService } = await load('infra/warehouse.service.js');
  const attempts = new AsyncLocalStorage();
  const armedAt = new Date();
  let launched = 0;
  let hits = 0;

  const at = (point, attempt = attempts.getStore()) => {
    if (point !== FAIL_POINT || launched < Number(FAIL_RUNS)) return;
    if (FAIL_ATTEMPT !== undefined && attempt !== Number(FAIL_ATTEMPT)) return;
    hits += 1;
    if (hits === Number(FAIL_AFTER)) process.kill(process.pid, FAIL_SIGNAL);
  };

  around(RunsService.prototype, 'launch', async (launch, _actor, { draft }) => {
    const run = await launch();
    if (!draft) launched += 1;
    return run;
  });
  around(RunStore.prototype, 'claim', async function (claim, runId) {
    const { startedAt, draft } = (await this.find(runId)) ?? {};
    if (!draft && startedAt >= armedAt) while (launched < Number(FAIL_RUNS)) await pause(20);
    at('before claim');
    return claim();
  });
  around(StepExecutor.prototype, 'execute', (execute, _run, { step, attempt }) =>
    attempts.run(attempt, async () => {
      at('after input read');
      at(`in step ${step.id}`);
      try {
        return await execute();
      } finally {
        console.log(`fail-point: step ${step.id}, attempt ${attempt} is left`);
      }
    }),
  );
  around(RunStore.prototype, 'end', async (end, { attempt }, { state }) => {
    const run = await end();
    if (state === 'done') at('before ack', attempt);
    return run;
  });
  around(RunStore.prototype, 'endWithRun', async (end, _run, { attempt }) => {
    const run = await end();
    if (run) at('before ack', attempt);
    return run;
  });
  around(RunStore.prototype, 'endAndClaim', async (end, _run, { attempt }) => {
    at('before claim');
    const run = await end();
    if (run) at('before ack', attempt);
    return run;
  });
  around(WarehouseService.prototype, 'project', async (open) => {
    const project = await open();
    const admin = Object.create(project.admin);
    around(admin, 'run', async (run, { parts }) => {
      const text = parts.filter((part) => typeof part === 'string').join(' ');
      const isInsert = /^INSERT INTO `?stage_/.test(text);
      const isPublish = text.includes('ATTACH PARTITION');
      if (isPublish) at('before publish');
      const running = run();
      if (isInsert) {
        await pause(2);
        at('mid-insert');
      }
      await running;
      if (isInsert) at('after insert');
      if (isPublish) at('after publish');
    });
    return { ...project, admin };
  });
}

function around(owner, name, wrapped) {
  const original = owner[name];
  owner[name] = function (...args) {
    return wrapped.call(this, () => original.apply(this, args), ...args);
  };
}
