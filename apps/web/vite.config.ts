import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { compression } from 'vite-plugin-compression2';
import { defineConfig } from 'vitest/config';

const SERVER = process.env['PELTON_SERVER'] ?? 'http://127.0.0.1:4600';

/** What nearly every page needs comes in a few files rather than in a hundred, which a browser asks for six at a time. */
const EVERYWHERE = [
  { name: 'vue', test: /node_modules\/(vue|vue-router|vue-i18n|@vue|@vueuse|@intlify|@tanstack)\// },
  { name: 'elements', test: /node_modules\/(element-plus|@element-plus|@popperjs|@floating-ui|lodash-es|dayjs)\// },
  { name: 'icons', test: /node_modules\/@tabler/ },
  { name: 'contract', test: /packages\/contract\/|node_modules\/zod/ },
  { name: 'page', test: /apps\/web\/src\/(api|shell|theme|ui)\// },
  // But not what it fetches when somebody wants it.
  { name: 'builder', test: /apps\/web\/src\/(builder|forms)\/(?!code\/|.*(YamlDiff|ConnectionDialog)\.vue)/ },
];

export default defineConfig({
  plugins: [vue(), compression({ threshold: 1_000, logLevel: 'silent' })],
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 600,
    rolldownOptions: { output: { codeSplitting: { groups: EVERYWHERE } } },
  },
  test: { isolate: false },
  server: {
    proxy: Object.fromEntries(['/api', '/v1', '/t/', '/healthz'].map((path) => [path, { target: SERVER }])),
  },
});
