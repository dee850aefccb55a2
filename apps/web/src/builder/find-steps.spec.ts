import { expect, test } from 'vitest';
import { findSteps } from './find-steps';
import type { StepView } from './step-view';

const view = (id: string, title: string, summary = '', problem?: string) =>
  ({ id, title, kind: 'Filter', summary, problem }) as StepView; // what is searched

const views = [view('a', 'Paid lines', 'Quantity > 0'), view('b', 'Quantity'), view('c', 'Lapsed', '', 'Choose a tag')];

test('finds steps by title first, then by all that their cards say', () => {
  expect(findSteps(views, 'quantity').map(({ id }) => id)).toEqual(['b', 'a']);
  expect(findSteps(views, 'TAG choose').map(({ id }) => id)).toEqual(['c']);
  expect(findSteps(views, ' ')).toHaveLength(3);
});
