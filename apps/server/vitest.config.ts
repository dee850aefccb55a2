import { defineConfig } from 'vitest/config';

// Tests on the real engine take seconds where cores are busy. Files share what is loaded, which is most of Pelton.
export default defineConfig({
  test: { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } }, isolate: false },
});
