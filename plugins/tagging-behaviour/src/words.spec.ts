import { expect, test } from 'vitest';
import { behaviour } from './behaviour.js';

const france = { combinator: 'and', rules: [{ field: 'country', operator: '=', value: 'France' }] };

test.each<[object, string]>([
  [
    { rules: [{ kind: 'did_not', event: 'Order Completed', days: 90 }, { event: 'Order Completed' }] },
    'did not Order Completed in the last 90 days, and did Order Completed at least once',
  ],
  [
    { match: 'any', rules: [{ event: 'Order Completed', times: 2, days: 1, where: france }, { kind: 'did_not' }] },
    'did Order Completed (country is France) at least 2 times in the last day, or did not do anything',
  ],
  [
    { rules: [{ days: 7 }], who: france },
    'did anything at least once in the last 7 days; only users whose country is France',
  ],
  [{ rules: [{ kind: 'did_not', event: 'Visit', times: 3 }] }, 'did not Visit at least 3 times'],
])('%j', async (params, sentence) => {
  expect(await behaviour.calls.reads({ params })).toBe(sentence);
});
