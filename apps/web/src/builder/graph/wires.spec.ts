import { expect, test } from 'vitest';
import { wiresOf } from './wires';

const step = (id: string, inputs: Record<string, string> = {}) => ({ id, uses: 'core/x', with: {}, inputs });

test('a wire without a port begins at the first one, and one from nowhere is left out', () => {
  const steps = [step('a'), step('b', { rows: 'a', other: 'gone' }), step('c', { users: 'b.offer' })];
  expect(wiresOf({ steps, layout: {} }, () => 'rows')).toEqual([
    { id: 'b:rows', from: { step: 'a', port: 'rows' }, to: { step: 'b', port: 'rows' } },
    { id: 'c:users', from: { step: 'b', port: 'offer' }, to: { step: 'c', port: 'users' } },
  ]);
});
