/** Why an attempt was broken off. */
export class LeaseLostError extends Error {
  override name = 'LeaseLostError';
}

interface Terms {
  /** Tells others that the holder lives; false when the lease is somebody else's, or nobody's. */
  beat: () => Promise<boolean>;
  leaseMs: number;
}

/**
 * The right to work at a step. It is renewed while the work goes on; `signal` fires when it is lost, and `confirm` asks
 * for it right before something becomes visible, because a process that was asleep does not know what it missed.
 */
export class StepLease {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  /** By a clock that is never set. */
  private renewedMs = performance.now();

  constructor(private readonly terms: Terms) {
    this.timer = setInterval(() => void this.renew(), terms.leaseMs / 5);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** @throws LeaseLostError */
  confirm = async (): Promise<void> => {
    this.signal.throwIfAborted();
    if (!(await this.terms.beat())) this.lose();
    this.renewedMs = performance.now();
    this.signal.throwIfAborted();
  };

  lose(reason = 'The step is not this attempt’s any more'): void {
    this.controller.abort(new LeaseLostError(reason));
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Others take a lease over that they hear nothing of, so one that could not be renewed for so long is lost too. */
  private async renew(): Promise<void> {
    await this.confirm().catch(() => undefined);
    if (performance.now() - this.renewedMs > this.terms.leaseMs) this.lose();
  }
}
