import { usePreferredDark, useStorage } from '@vueuse/core';
import { computed, watchEffect } from 'vue';

export type ThemeChoice = 'light' | 'dark' | 'system';

const choice = useStorage<string>('pelton.theme', '');
const prefersDark = usePreferredDark();

/** The theme on the page; `public/theme.js` sets the same before the first paint. */
export const theme = computed<'light' | 'dark'>(() => {
  if (choice.value === 'light' || choice.value === 'dark') return choice.value;
  return prefersDark.value ? 'dark' : 'light';
});

export const themeChoice = computed<ThemeChoice>({
  get: () => (choice.value === 'light' || choice.value === 'dark' ? choice.value : 'system'),
  set: (next) => {
    choice.value = next === 'system' ? '' : next;
  },
});

export function toggleTheme(): void {
  themeChoice.value = theme.value === 'dark' ? 'light' : 'dark';
}

/** Keeps the page in the chosen theme; called once. */
export function followTheme(): void {
  watchEffect(() => {
    document.documentElement.dataset['theme'] = theme.value;
  });
}
