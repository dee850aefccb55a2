import { defineConfig } from 'vitest/config';

// Tests on the real engine take seconds where cores are busy.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
