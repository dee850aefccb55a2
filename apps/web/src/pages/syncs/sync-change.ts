import type { Schedule, Sync, SyncInput } from '@pelton/contract';

/** A sync while somebody changes it. */
export interface SyncDraft {
  title: string;
  mode: SyncInput['mode'];
  /** Empty when the source keeps a state of its own. */
  cursor: string;
  primaryKey: string[];
  onSchemaChange: SyncInput['onSchemaChange'];
  /** What the stream asks for besides its name. */
  settings: Record<string, unknown>;
  schedule: Schedule | null;
}

/**
 * What saving a change will do.
 * - `full`: what is read changes, so the next run begins with everything
 * - `keeps`: the next run goes on as it would have
 */
export type ChangeEffect = 'none' | 'keeps' | 'full';

export function draftOf(sync: Sync): SyncDraft {
  const { stream: _name, ...settings } = sync.stream;
  const { title, mode, cursor = '', primaryKey, onSchemaChange, schedule } = sync;
  const draft: SyncDraft = { title, mode, cursor, primaryKey, onSchemaChange, settings, schedule };
  return JSON.parse(JSON.stringify(draft)) as SyncDraft; // a copy; a proxy of Vue cannot be cloned otherwise
}

export function inputOf(sync: Sync, draft: SyncDraft): SyncInput {
  const { name, connection, dataset } = sync;
  const { title, mode, cursor, primaryKey, onSchemaChange, schedule } = draft;
  const given = Object.entries(draft.settings).filter(([, value]) => value !== '' && value !== undefined);
  const stream = { ...Object.fromEntries(given), stream: sync.stream['stream'] } as SyncInput['stream']; // made by a form
  return {
    ...{ name, title, connection, stream, dataset, mode, primaryKey, onSchemaChange, schedule },
    ...(mode === 'incremental' && cursor && { cursor }),
  };
}

export function effectOf(sync: Sync, draft: SyncDraft): ChangeEffect {
  const before = inputOf(sync, draftOf(sync));
  const after = inputOf(sync, draft);
  const isSame = (fields: readonly (keyof SyncInput)[]) =>
    fields.every((field) => asText(before[field]) === asText(after[field]));
  if (!isSame(['stream', 'mode', 'cursor', 'primaryKey'])) return 'full';
  return isSame(['title', 'onSchemaChange', 'schedule']) ? 'none' : 'keeps';
}

/** Fields of an object in any order are the same. */
function asText(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a.localeCompare(b)))
      : inner,
  );
}
