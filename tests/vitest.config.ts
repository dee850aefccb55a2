import { defineConfig } from 'vitest/config';

/** What takes minutes: `npm run test:long` runs these, and `npm test` does not, so that it ends within fifteen. */
const LONG = [
  'browser/{builder,canvas-keys,entities,journey,started-by,step-form,step-menu,step-panel,templates,versions,wires}.spec.ts',
  'connectors/destination-foreign.spec.ts',
  'e2e/as-code.spec.ts',
  'faults/{destination-kill,keyed-writes,kill-points,restarts,worker-loss}.spec.ts',
];
const isLong = process.env['PELTON_TEST_LONG'] === 'yes';
/** They compare times, so nothing else may run beside them. */
const TIMED = { normal: ['faults/ingest-hostile.spec.ts'], long: ['browser/canvas-speed.spec.ts'] };

export default defineConfig({
  test: {
    isolate: false, // each file works with a Pelton of its own, in processes of its own
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: isLong ? LONG : ['{e2e,browser,clients,connectors,contracts,faults}/**/*.spec.ts'],
          exclude: isLong ? [] : [...TIMED.normal, ...TIMED.long, ...LONG],
          // Each file starts a whole Pelton, and waits for it as much as it works.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: isLong ? TIMED.long : TIMED.normal,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
