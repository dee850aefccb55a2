import type { StepRun } from '@pelton/contract';
import { expect, test } from 'vitest';
import { i18n } from '@/i18n';
import { messages as en } from '@/i18n/en';
import { messages as ko } from '@/i18n/ko';
import { outcomeText } from './foot';

i18n.global.setLocaleMessage('en', en as never); // as the page loads them
i18n.global.setLocaleMessage('ko', ko as never);
const footOf = (foot: string) => outcomeText({ foot, rows: {} } as StepRun, String); // it reads nothing else

test.each([
  ['8182 people, 8182 new, 0 left', '8182 people, 8182 new', '8182명, 새로 8182명'],
  [
    '1 values, not kept: there are newer ones',
    '1 value, not kept: there are newer ones',
    '값 1개, 보관하지 않음: 더 새로운 결과가 있음',
  ],
  ['waits for Daily figures, by shop', 'waits for Daily figures, by shop', 'Daily figures, by shop 기다리는 중'],
])('what a step says of itself, %s, is said in the language of the page', (foot, english, korean) => {
  i18n.global.locale.value = 'en';
  expect(footOf(foot)).toBe(english);
  i18n.global.locale.value = 'ko';
  expect(footOf(foot)).toBe(korean);
});
