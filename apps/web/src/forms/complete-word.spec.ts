import { expect, test } from 'vitest';
import { completeWord } from './complete-word';

test('finds the name at the cursor', () => {
  expect(completeWord('Quantity * Un', 13)).toEqual({ word: 'Un', from: 11 });
  expect(completeWord('Quantity * ', 11)).toEqual({ word: '', from: 11 });
  expect(completeWord('round(Unit', 10)).toEqual({ word: 'Unit', from: 6 });
  expect(completeWord('2', 1)).toEqual({ word: '', from: 1 });
});
