import type { TrackingCall } from '@pelton/contract';
import { expect, test } from 'vitest';
import { derivedLines } from './derived-lines.js';
import { eventLine } from './event-line.js';

const AT = '2026-03-01T12:00:00.000Z';

/** The rows that a call makes besides its event, by table; tables without any are left out. */
function derived(call: TrackingCall) {
  const arrival = { receivedAt: Date.parse(AT), sentAt: undefined, source: 'segment', newId: () => 'made-up' };
  const event = eventLine({ messageId: 'm1', ...call }, arrival);
  if ('code' in event) throw new Error(event.reason);
  const rows = Object.entries(derivedLines(call, event)).map(
    ([table, lines]) => [table, lines.map(({ line }) => JSON.parse(line) as unknown)] as const,
  );
  return Object.fromEntries(rows.filter(([, found]) => found.length > 0));
}

test('an identify says who a visitor is, and the traits: text as it is, all else as JSON, null as nothing', () => {
  const traits = { plan: 'pro', seats: 5, address: { city: 'Lyon' }, phone: null };
  const trait = { user_id: 'ann', updated_at: AT, change_id: 'm1' };
  expect(derived({ type: 'identify', userId: 'ann', anonymousId: 'v1', traits })).toEqual({
    user_traits: [
      { ...trait, trait: 'plan', value: 'pro' },
      { ...trait, trait: 'seats', value: '5' },
      { ...trait, trait: 'address', value: '{"city":"Lyon"}' },
      { ...trait, trait: 'phone', value: '' },
    ],
    identity_claims: [{ identifier: 'v1', user_id: 'ann', first_at: AT, last_at: AT, said_by: 'identify' }],
  });
});

test('an identify without a visitor says that the user is known, and one without a user says nothing', () => {
  expect(derived({ type: 'identify', userId: 'ann' }).identity_claims).toMatchObject([
    { identifier: 'ann', user_id: 'ann' },
  ]);
  expect(derived({ type: 'identify', anonymousId: 'v1', traits: { plan: 'pro' } })).toEqual({});
});

test('an alias says that an id was another before', () => {
  expect(derived({ type: 'alias', userId: 'ann', previousId: 'lead-7' })).toEqual({
    identity_claims: [{ identifier: 'lead-7', user_id: 'ann', first_at: AT, last_at: AT, said_by: 'alias' }],
  });
});

test('a group call makes the group with its traits, and its member', () => {
  const group = { item_id: 'acme', updated_at: AT, change_id: 'm1' };
  expect(derived({ type: 'group', userId: 'ann', groupId: 'acme', traits: { plan: 'free', seats: 5 } })).toEqual({
    memberships: [{ type: 'group', item_id: 'acme', identifier: 'ann', at: AT, change_id: 'm1' }],
    item_properties: [
      { ...group, type: 'group', property: 'plan', value: 'free' },
      { ...group, type: 'group', property: 'seats', value: '5' },
    ],
  });
  expect(derived({ type: 'group', anonymousId: 'v1', groupId: 'acme' }).memberships).toMatchObject([
    { identifier: 'v1' },
  ]);
});

test('a group has the type that it is given, and is no member of itself', () => {
  const traits = { group_type: 'company', name: 'Blue' };
  expect(derived({ type: 'group', userId: '$company_blue', groupId: 'blue', traits })).toEqual({
    item_properties: [
      { type: 'company', item_id: 'blue', property: 'name', value: 'Blue', updated_at: AT, change_id: 'm1' },
    ],
  });
});

test('what is only an event makes nothing else', () => {
  expect(derived({ type: 'track', event: 'X', userId: 'ann', properties: { group_id: 'acme' } })).toEqual({});
});
