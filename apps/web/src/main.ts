import './styles/index';
import { VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';
import App from './App.vue';
import { onSignedOut } from './api/client';
import { queryClient } from './api/query';
import { i18n, startLocale } from './i18n/index';
import { router } from './router';
import { followTheme } from './theme/theme';

followTheme();
onSignedOut(() => {
  const { name, fullPath } = router.currentRoute.value;
  if (name !== 'sign-in' && name !== 'setup') void router.replace({ name: 'sign-in', query: { to: fullPath } });
});

// The router begins at once, so that the page and its texts load side by side.
const app = createApp(App).use(i18n).use(VueQueryPlugin, { queryClient }).use(router);
await startLocale();
app.mount('#app');
