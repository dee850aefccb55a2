import { computed } from 'vue';
import { createI18n } from 'vue-i18n';

export const LOCALES = { en: 'English', ko: '한국어', zh: '中文' } as const;
export type Locale = keyof typeof LOCALES;
type Messages = Record<string, Record<string, unknown>>;

const STORED = 'pelton.locale';
const loaders: Record<Locale, () => Promise<{ messages: Messages }>> = {
  en: () => import('./en'),
  ko: () => import('./ko'),
  zh: () => import('./zh'),
};

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: {},
  warnHtmlMessage: true,
});
const composer = i18n.global;

/**
 * The text for a key such as `runs.cancel`, in the language of the page. Reading it in a template follows the language.
 * @param count picks singular or plural where a text has both
 */
export function t(key: string, values: Record<string, unknown> = {}, count?: number): string {
  return count === undefined ? composer.t(key, values) : composer.t(key, values, count);
}

export function hasText(key: string): boolean {
  return composer.te(key);
}

export const locale = computed<Locale>(() => composer.locale.value as Locale); // only useLocale and startLocale set it

/** Shows the page in a language; its texts are loaded when first needed. */
export async function useLocale(next: Locale): Promise<void> {
  if (!composer.availableLocales.includes(next)) {
    const { messages } = await loaders[next]();
    composer.setLocaleMessage(next, messages as never); // the shape of messages is checked by a test, not by the compiler
  }
  composer.locale.value = next;
  document.documentElement.lang = next;
  localStorage.setItem(STORED, next);
}

/** The language that was chosen before, or the browser's. */
export async function startLocale(): Promise<void> {
  const wanted = [localStorage.getItem(STORED), ...navigator.languages].map((tag) => tag?.slice(0, 2));
  await useLocale(wanted.find(isLocale) ?? 'en');
}

function isLocale(tag: string | undefined): tag is Locale {
  return tag !== undefined && tag in LOCALES;
}

/** English words of the server and what they are in the language of the page. Their keys are sentences, which `t` cannot look up. */
export function serverTexts(): Record<string, string> {
  const messages = composer.getLocaleMessage(composer.locale.value) as { server?: Record<string, string> };
  return messages.server ?? {};
}
