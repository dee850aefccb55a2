/** What a clock does, and how often. */
export interface ClockTerms {
  everyMs: number;
  work: (now: Date) => Promise<unknown>;
  /** Told of a turn that failed; the next one comes all the same. */
  failed: (error: unknown) => void;
}

/** Does something now and every so often, never twice at once. */
export class Clock {
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> = Promise.resolve();
  private openTurns = 0;

  constructor(private readonly terms: ClockTerms) {}

  start(): void {
    this.strike();
    this.timer = setInterval(() => this.strike(), this.terms.everyMs);
  }

  /** Resolves when the turn that goes on is over; no other comes. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.turn;
  }

  /** A turn for an instant, when those before it are over. */
  tick(now: Date): Promise<void> {
    const { work, failed } = this.terms;
    this.openTurns += 1;
    this.turn = this.turn
      .then(() => work(now))
      .catch(failed)
      .then(() => {
        this.openTurns -= 1;
      });
    return this.turn;
  }

  /** A turn that takes longer than the clock's time is not followed by those that it held up. */
  private strike(): void {
    if (this.openTurns === 0) void this.tick(new Date());
  }
}
