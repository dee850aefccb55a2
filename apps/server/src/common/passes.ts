/**
 * Does something for a key, once at a time. Whoever asks while a pass goes on shares the one after it, which sees all that
 * was there when it was asked for.
 */
export class Passes<T> {
  /** The pass of each key that was asked for last. */
  private readonly last = new Map<string, Promise<T>>();
  /** Those of them that have not begun. */
  private readonly next = new Map<string, Promise<T>>();

  /** @returns what the pass gave; undefined for those who share the pass of somebody else, who was given that */
  ask(key: string, work: () => Promise<T>): Promise<T | undefined> {
    const shared = this.next.get(key);
    if (shared) return shared.then(() => undefined);
    const before = this.last.get(key) ?? Promise.resolve();
    const pass = before
      .catch(() => undefined) // told to who asked for it
      .then(() => {
        this.next.delete(key);
        return work();
      });
    this.next.set(key, pass);
    this.last.set(key, pass);
    const forget = () => {
      if (this.last.get(key) === pass) this.last.delete(key);
    };
    pass.then(forget, forget);
    return pass;
  }
}
