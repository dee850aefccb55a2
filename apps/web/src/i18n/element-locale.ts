import en from 'element-plus/es/locale/lang/en.mjs';
import { shallowRef, watch } from 'vue';
import { type Locale, locale } from './index';

const loaders: Record<Locale, () => Promise<{ default: typeof en }>> = {
  en: () => Promise.resolve({ default: en }),
  ko: () => import('element-plus/es/locale/lang/ko.mjs'),
  zh: () => import('element-plus/es/locale/lang/zh-cn.mjs'),
};

/** The words inside Element Plus's own components, such as its calendar. */
export function useElementLocale() {
  const words = shallowRef(en);
  watch(
    locale,
    async (wanted) => {
      const { default: loaded } = await loaders[wanted]();
      if (locale.value === wanted) words.value = loaded;
    },
    { immediate: true },
  );
  return words;
}
