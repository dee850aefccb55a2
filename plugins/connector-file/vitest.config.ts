import { defineConfig } from 'vitest/config';

// Tests open an engine, which takes seconds where cores are busy; files share what is loaded of it.
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000, isolate: false } });
