import { defineConfig } from 'vitest/config';

// The services are real ones, in child processes that run what was built into dist.
export default defineConfig({
  test: {
    include: ['src/**/*.spec.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
    isolate: false,
  },
});
