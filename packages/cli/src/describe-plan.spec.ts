import { expect, test } from 'vitest';
import { describePlan } from './describe-plan.js';

const change = { noun: 'metric', name: 'revenue', title: 'Revenue', parts: [], notes: [] } as const;

test('names each change by what it does, and what is left', () => {
  const text = describePlan({
    changes: [
      { ...change, act: 'create', noun: 'connection', name: 'shop', parts: [], notes: ['Enter its secrets'] },
      { ...change, act: 'change', parts: ['params', 'title'], notes: [] },
      { ...change, act: 'delete', parts: [], notes: [] },
    ],
    unnamed: [{ noun: 'tag', name: 'lapsed' }],
    problems: [{ path: 'tags/x.yaml', message: 'title: is missing' }],
    state: 's',
  });
  expect(text).toBe(`+ connection shop
    Enter its secrets
~ metric revenue (params, title)
- metric revenue
In no file, and left as they are (--prune deletes): tag lapsed
! tags/x.yaml: title: is missing`);
});

test('says when there is nothing to do', () => {
  expect(describePlan({ changes: [], unnamed: [], problems: [], state: 's' })).toBe('Nothing to do.');
});
