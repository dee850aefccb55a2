import { setTimeout as pause } from 'node:timers/promises';
import { from, Observable } from 'rxjs';

/**
 * What a generator gives, for as long as somebody follows it. When nobody does any more its signal says so, for a generator
 * that waits is not asked again.
 */
export function followed<T>(follow: (left: AbortSignal) => AsyncIterable<T>): Observable<T> {
  return new Observable((listener) => {
    const left = new AbortController();
    listener.add(() => left.abort());
    return from(follow(left.signal)).subscribe(listener);
  });
}

/** Waits, but no longer than somebody follows. */
export async function pauseUnless(left: AbortSignal, ms: number): Promise<void> {
  await pause(ms, undefined, { signal: left }).catch(() => undefined); // that it ended early is what is wanted
}
