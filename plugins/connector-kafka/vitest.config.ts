import { defineConfig } from 'vitest/config';

// Tests open a broker and connections to it, which takes seconds where cores are busy.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } });
