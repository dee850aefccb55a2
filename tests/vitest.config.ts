import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{e2e,browser,clients,connectors,contracts,faults}/**/*.spec.ts'],
    // Each file starts a whole Pelton; two at once are what two cores bear.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
