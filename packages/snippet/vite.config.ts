import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    target: 'es2020',
    lib: { entry: 'src/index.ts', formats: ['iife'], name: '_pelton', fileName: () => 'pelton.js' },
  },
});
