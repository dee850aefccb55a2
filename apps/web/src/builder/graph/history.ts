/** Versions of something that can be gone back and forth. Pure: each act gives a new history. */
export interface History<T> {
  past: readonly T[];
  present: T;
  future: readonly T[];
  /** What the last change was part of, and when: changes of one burst are undone together. */
  burst: { key: string; at: number } | undefined;
}

const MOST_KEPT = 200;
const BURST_MS = 1_000;

export function startHistory<T>(present: T): History<T> {
  return { past: [], present, future: [], burst: undefined };
}

/**
 * Goes on to `next`.
 * @param key the same for changes that belong together, such as typing in one field; undefined for a change of its own
 */
export function advance<T>(history: History<T>, next: T, key: string | undefined, now: number): History<T> {
  const { burst } = history;
  const goesOn = key !== undefined && burst?.key === key && now - burst.at < BURST_MS;
  const past = goesOn ? history.past : [...history.past, history.present].slice(-MOST_KEPT);
  return { past, present: next, future: [], burst: key === undefined ? undefined : { key, at: now } };
}

export function undo<T>({ past, present, future }: History<T>): History<T> {
  const before = past.at(-1);
  if (before === undefined) return { past, present, future, burst: undefined };
  return { past: past.slice(0, -1), present: before, future: [present, ...future], burst: undefined };
}

export function redo<T>({ past, present, future }: History<T>): History<T> {
  const [after, ...later] = future;
  if (after === undefined) return { past, present, future, burst: undefined };
  return { past: [...past, present], present: after, future: later, burst: undefined };
}
