import { defineConfig } from 'vitest/config';

/** They compare times, so nothing else may run beside them. */
const TIMED = ['faults/ingest-hostile.spec.ts'];

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['{e2e,browser,clients,connectors,contracts,faults}/**/*.spec.ts'],
          exclude: TIMED,
          // Each file starts a whole Pelton, and waits for it as much as it works.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'alone', include: TIMED, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});
