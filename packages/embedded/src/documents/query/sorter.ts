import type { Pace } from '../pace.js';
import type { Sort } from './sort.js';

interface Entry<T> {
  readonly item: T;
  readonly keys: readonly unknown[];
}

/** So many are sorted at once, which takes about a millisecond. */
const runLength = 1000;

/** Sorts any number of items in steps between which others are served; equal ones keep their order. */
export class Sorter<T> {
  private runs: Entry<T>[][] = [];
  private current: Entry<T>[] = [];

  /** @param limit how many of the first are wanted; the others are forgotten on the way */
  constructor(
    private readonly sort: Sort,
    private readonly limit = Infinity,
  ) {}

  add(item: T, document: unknown): void {
    this.current.push({ item, keys: this.sort.keysOf(document) });
    if (this.current.length >= runLength + (this.limit <= runLength ? this.limit : 0)) this.closeRun();
  }

  /** All items in order. */
  async finish(pace: Pace): Promise<T[]> {
    this.closeRun(true);
    while (this.runs.length > 1) {
      const merged: Entry<T>[][] = [];
      for (let i = 0; i < this.runs.length; i += 2) {
        const [left, right] = [this.runs[i]!, this.runs[i + 1]];
        merged.push(right ? await this.merge(left, right, pace) : left);
      }
      this.runs = merged;
    }
    return (this.runs[0] ?? []).slice(0, this.limit).map(({ item }) => item);
  }

  private closeRun(isLast = false): void {
    this.current.sort((left, right) => this.sort.compare(left.keys, right.keys));
    if (this.limit <= runLength) this.current.length = Math.min(this.current.length, this.limit);
    if (this.limit <= runLength && !isLast) return;
    this.runs.push(this.current);
    this.current = [];
  }

  private async merge(left: Entry<T>[], right: Entry<T>[], pace: Pace): Promise<Entry<T>[]> {
    const merged: Entry<T>[] = [];
    let [i, j] = [0, 0];
    while (i < left.length && j < right.length) {
      const isLeft = this.sort.compare(left[i]!.keys, right[j]!.keys) <= 0;
      merged.push(isLeft ? left[i++]! : right[j++]!);
      if (merged.length % 256 === 0) await pace.restIfDue();
    }
    return merged.concat(left.slice(i), right.slice(j));
  }
}
