import { locale, serverTexts } from './index';

/**
 * Titles and help of steps and plugins come from the server in English. Those of core are known in all languages; any
 * other is shown as it came.
 */
export function serverText(text: string): string {
  return locale.value === 'en' ? text : (serverTexts()[text] ?? text);
}
