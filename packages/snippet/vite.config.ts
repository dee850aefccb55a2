import { defineConfig } from 'vite';
import { compression } from 'vite-plugin-compression2';

export default defineConfig({
  plugins: [compression({ logLevel: 'silent' })],
  build: {
    target: 'es2020',
    lib: { entry: 'src/index.ts', formats: ['iife'], name: '_pelton', fileName: () => 'pelton.js' },
  },
});
