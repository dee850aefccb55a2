/**
 * Tells which holders of a lease have fallen silent. A holder counts up a number that everybody can read; the watcher
 * measures by its own steady clock for how long it stayed the same. So neither a clock that is set nor two machines whose
 * clocks differ can end a lease, and a watcher that was itself asleep first looks again.
 */
export class LeaseWatch {
  private readonly seen = new Map<string, { beat: number; atMs: number; round: number }>();
  private round = 0;

  constructor(private readonly leaseMs: number) {}

  /**
   * Looks at all leases at once; a lease that is not among them is forgotten.
   * @param nowMs of a clock that is never set, such as `performance.now()`
   * @returns ids of those that were silent for the whole lease
   */
  look(leases: readonly { id: string; beat: number }[], nowMs: number): string[] {
    this.round += 1;
    const silent = leases.filter(({ id, beat }) => {
      const before = this.seen.get(id);
      const isSame = before?.beat === beat;
      this.seen.set(id, { beat, atMs: isSame ? before.atMs : nowMs, round: this.round });
      return isSame && nowMs - before.atMs >= this.leaseMs;
    });
    for (const [id, { round }] of this.seen) if (round !== this.round) this.seen.delete(id);
    return silent.map(({ id }) => id);
  }
}
