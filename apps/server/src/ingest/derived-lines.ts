import type { TrackingCall } from '@pelton/contract';
import type { EventLine } from './event-line.js';
import type { Line, Rows } from './group-commit.js';
import { readable } from './readable.js';

/** What a call says besides that it happened: rows of the tables of users, of who is who, and of groups. */
export type Derived = Pick<Rows, 'user_traits' | 'identity_claims' | 'memberships' | 'item_properties'>;

const NOTHING: Derived = { user_traits: [], identity_claims: [], memberships: [], item_properties: [] };

/**
 * Derived here and not by views of the warehouse: three views made every small insert half as dear again, or more, and few
 * events say anything of the kind. A call that is sent again makes the same rows, and its first copy stays.
 */
export function derivedLines(call: TrackingCall, event: EventLine): Derived {
  const derived = linesOf(call, event);
  for (const lines of Object.values(derived)) for (const line of lines) line.of = event;
  return derived;
}

function linesOf(call: TrackingCall, event: EventLine): Derived {
  switch (call.type) {
    case 'identify':
      return { ...NOTHING, user_traits: traitLines(call.traits, event), identity_claims: claimLines(call, event) };
    case 'alias':
      return { ...NOTHING, identity_claims: claimLines(call, event) };
    case 'group':
      return groupLines(call, event);
    case 'track':
    case 'page':
    case 'screen':
      return NOTHING;
  }
}

function traitLines(traits: Record<string, unknown> | undefined, event: EventLine): Line[] {
  if (event.userId === '') return [];
  return valuesIn(traits).map(([trait, value]) =>
    toLine({ user_id: event.userId, trait, value, updated_at: event.timestamp, change_id: event.messageId }),
  );
}

/** That two identifiers are one person; an identify without an anonymous id says that its user is known. */
function claimLines(call: Extract<TrackingCall, { type: 'identify' | 'alias' }>, event: EventLine): Line[] {
  const { userId, timestamp } = event;
  if (userId === '') return [];
  const identifier = call.type === 'alias' ? call.previousId : (call.anonymousId ?? userId);
  return [toLine({ identifier, user_id: userId, first_at: timestamp, last_at: timestamp, said_by: call.type })];
}

/** A group's traits, and who is in it. A group that is told about by its own name, as some clients do, is no member of itself. */
function groupLines(call: Extract<TrackingCall, { type: 'group' }>, event: EventLine): Derived {
  const { group_type: named, ...traits } = call.traits ?? {};
  const type = typeof named === 'string' && named !== '' ? named : 'group';
  const group = { type, item_id: call.groupId };
  const identifier = event.userId || (call.anonymousId ?? '');
  const isItself = identifier === `$${type}_${call.groupId}`;
  return {
    ...NOTHING,
    memberships: isItself ? [] : [toLine({ ...group, identifier, at: event.timestamp, change_id: event.messageId })],
    item_properties: valuesIn(traits)
      .filter(([property]) => property !== 'group_id')
      .map(([property, value]) =>
        toLine({ ...group, property, value, updated_at: event.timestamp, change_id: event.messageId }),
      ),
  };
}

/** Text stays text, and all else is JSON; null empties what was said before. */
function valuesIn(facts: Record<string, unknown> = {}): [string, string][] {
  return Object.entries(facts).map(([name, value]) => [name, textOf(value)]);
}

function textOf(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function toLine(row: Record<string, string>): Line {
  return { line: readable(JSON.stringify(row)) };
}
