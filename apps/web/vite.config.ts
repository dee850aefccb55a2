import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const SERVER = process.env['PELTON_SERVER'] ?? 'http://127.0.0.1:4600';

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: { target: 'es2022', chunkSizeWarningLimit: 600 },
  server: {
    proxy: Object.fromEntries(['/api', '/v1', '/t/', '/healthz'].map((path) => [path, { target: SERVER }])),
  },
});
