import { z } from 'zod';

/**
 * English words with gaps, such as `{0} by {1}`, and what stands in them: what somebody entered, or a phrase again. Who
 * shows it in another language looks the text up and fills the same gaps.
 */
export interface Phrase {
  text: string;
  gaps: (string | Phrase)[];
}

export const Phrase: z.ZodType<Phrase> = z
  .object({
    text: z.string(),
    get gaps() {
      return z.array(z.union([z.string(), Phrase]));
    },
  })
  .meta({ id: 'Phrase' });

type Gap = string | number | Phrase;
const toGap = (gap: Gap) => (typeof gap === 'number' ? String(gap) : gap);

/** Writes a phrase as a template: what is literal are its words, what is filled in are its gaps. */
export function phrase(literals: TemplateStringsArray, ...gaps: Gap[]): Phrase {
  const text = literals.reduce((before, literal, index) => `${before}{${index - 1}}${literal}`);
  return { text, gaps: gaps.map(toGap) };
}

/** A word of a fixed list, such as the options of a parameter. */
export const phraseOf = (word: string): Phrase => ({ text: word, gaps: [] });

/** Phrases behind each other, without those that say nothing. */
export function listPhrases(phrases: readonly (Gap | undefined)[], separator: string): Phrase {
  const gaps = phrases.filter((each): each is Gap => each !== undefined && each !== '').map(toGap);
  return { text: gaps.map((_, index) => `{${index}}`).join(separator), gaps };
}

/** @param wordsOf the words of a text in some language, with the same gaps */
export function sayPhrase({ text, gaps }: Phrase, wordsOf: (text: string) => string): string {
  return wordsOf(text).replace(/\{(\d+)\}/g, (_, index: string) => {
    const gap = gaps[Number(index)] ?? '';
    return typeof gap === 'string' ? gap : sayPhrase(gap, wordsOf);
  });
}

export const inEnglish = (said: Phrase): string => sayPhrase(said, (text) => text);
