/**
 * A memory of what took long to find out; the oldest goes when there are too many.
 * @returns what was found under the key, or is found now
 */
export function remember<T>(most: number): (key: string, find: () => Promise<T>) => Promise<T> {
  const known = new Map<string, T>();
  return async (key, find) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = await find();
    const [oldest] = known.keys();
    if (known.size >= most && oldest !== undefined) known.delete(oldest);
    known.set(key, found);
    return found;
  };
}
