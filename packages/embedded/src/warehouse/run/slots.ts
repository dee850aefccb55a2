/** A place in which one query can run. */
export interface Slot {
  /** Unlike that of any other slot in use, from 0. */
  number: number;
  release(): void;
}

export interface Slots {
  /** Waits for a free place, in the order of asking. @throws the signal's reason when it fires first */
  take(signal: AbortSignal): Promise<Slot>;
}

/** Makes places numbered from `first`. */
export function makeSlots(first: number, count: number): Slots {
  const free = Array.from({ length: count }, (_, index) => first + count - 1 - index);
  const waiting = new Set<(slot: Slot) => void>();

  const occupy = (number: number): Slot => {
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      const [next] = waiting;
      if (!next) return void free.push(number);
      waiting.delete(next);
      next(occupy(number));
    };
    return { number, release };
  };

  return {
    take(signal) {
      signal.throwIfAborted();
      const number = free.pop();
      if (number !== undefined) return Promise.resolve(occupy(number));
      return new Promise((resolve, reject) => {
        const stopWaiting = () => {
          waiting.delete(admit);
          reject(signal.reason as Error); // AbortController's default reason and ours are errors
        };
        const admit = (slot: Slot) => {
          signal.removeEventListener('abort', stopWaiting);
          resolve(slot);
        };
        signal.addEventListener('abort', stopWaiting, { once: true });
        waiting.add(admit);
      });
    },
  };
}
