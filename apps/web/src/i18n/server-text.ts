import { type Phrase, sayPhrase } from '@pelton/contract';
import { locale, serverTexts } from './index';

/**
 * Titles and help of steps and plugins come from the server in English. Those of core are known in all languages; any
 * other is shown as it came.
 */
export function serverText(text: string): string {
  if (locale.value === 'en') return text;
  const texts = serverTexts();
  return texts[text] ?? destinationText(text, texts) ?? text;
}

/** What the server says with gaps, such as the line under a step's title. */
export function serverPhrase(phrase: Phrase): string {
  return sayPhrase(phrase, serverText);
}

/** The step that sends rows to a connector says the connector's own title after words that are the same for all. */
function destinationText(text: string, texts: Record<string, string>): string | undefined {
  const [, words, title = ''] = /^(To|Sends rows to) (.+)$/.exec(text) ?? [];
  return words && texts[`${words} {title}`]?.replace('{title}', title);
}
