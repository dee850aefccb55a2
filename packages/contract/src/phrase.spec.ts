import { expect, test } from 'vitest';
import { inEnglish, listPhrases, Phrase, phrase, phraseOf, sayPhrase } from './phrase.js';

const ordered = phrase`${listPhrases(['country', 'city'], ', ')}, ${phraseOf('first')} ${3}`;

test('a phrase is its words, and what was filled in stays as it was', () => {
  expect(phrase`${'revenue'} by ${phraseOf('month')}`).toEqual({
    text: '{0} by {1}',
    gaps: ['revenue', { text: 'month', gaps: [] }],
  });
  expect(inEnglish(phrase`all rows`)).toBe('all rows');
});

test('its words are said in another language, in the order of that language', () => {
  const korean: Record<string, string> = { '{0} by {1}': '{1}별 {0}', month: '월' };
  const say = (said: Phrase) => sayPhrase(said, (text) => korean[text] ?? text);
  expect(say(phrase`${'revenue'} by ${phraseOf('month')}`)).toBe('월별 revenue');
  expect(say(phrase`${'month'} by ${'{0}'}`)).toBe('{0}별 month');
});

test('a list leaves out what says nothing', () => {
  expect(inEnglish(listPhrases(['', undefined, 'a', phrase`b`], ' · '))).toBe('a · b');
  expect(inEnglish(listPhrases([], ', '))).toBe('');
});

test('it is read back as it was sent', () => {
  expect(Phrase.parse(JSON.parse(JSON.stringify(ordered)))).toEqual(ordered);
});
