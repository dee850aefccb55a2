import { expect, test } from 'vitest';
import { listSteps } from './list-steps';

const step = (id: string, inputs: Record<string, string> = {}) => ({ id, uses: 'core/filter', with: {}, inputs });

test('lists each step after those that it reads, and branches further in', () => {
  const steps = [step('mail', { users: 'test.offer' }), step('test', { users: 'tag' }), step('tag')];
  expect(listSteps({ steps, layout: {} })).toEqual([
    { id: 'tag', indent: 0, branch: undefined },
    { id: 'test', indent: 0, branch: undefined },
    { id: 'mail', indent: 1, branch: { step: 'test', port: 'offer' } },
  ]);
});
