import { nameFromTitle, type Schedule, type SchemaPolicy, type StreamInfo, type SyncInput } from '@pelton/contract';
import { freeName } from '@/forms/free-name';

/** How a table will be loaded, as somebody picks it. */
export interface Pick {
  stream: string;
  title: string;
  mode: SyncInput['mode'];
  /** Empty when the source keeps a state of its own. */
  cursor: string;
  key: string[];
  onSchemaChange: SchemaPolicy;
}

/** The best guess for a table: only what is new, where the table tells what that is. */
export function guessPick({ name, title, cursors = [], primaryKey = [] }: StreamInfo): Pick {
  const isIncremental = cursors.length > 0 && primaryKey.length > 0;
  return {
    stream: name,
    title,
    mode: isIncremental ? 'incremental' : 'full_refresh',
    cursor: isIncremental ? (cursors[0] ?? '') : '',
    key: primaryKey,
    onSchemaChange: 'add-columns',
  };
}

/** One sync for each pick, with names that are not taken. */
export function toSyncs(
  picks: readonly Pick[],
  options: { connection: string; schedule: Schedule | null; taken: readonly string[] },
): SyncInput[] {
  const taken = [...options.taken];
  return picks.map(({ stream, title, mode, cursor, key, onSchemaChange }) => {
    const plain = title.replace(/\.[a-z]+$/i, '');
    const name = freeName(nameFromTitle(plain), taken);
    taken.push(name);
    return {
      name,
      title: plain,
      connection: options.connection,
      stream: { stream },
      dataset: name,
      mode,
      ...(mode === 'incremental' && cursor && { cursor }),
      primaryKey: key,
      onSchemaChange,
      schedule: options.schedule,
    };
  });
}
