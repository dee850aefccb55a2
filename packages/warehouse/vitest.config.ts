import { defineConfig } from 'vitest/config';

// Tests start a ClickHouse of their own.
export default defineConfig({ test: { testTimeout: 30_000, hookTimeout: 60_000 } });
