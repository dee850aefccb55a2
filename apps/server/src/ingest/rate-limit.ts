/** A bucket of tokens for each key: an event takes one, and they come back at a steady rate. */
export class RateLimit {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  /** @param perSecond events that a key may send for good; a burst may be twice that */
  constructor(private readonly perSecond: number) {}

  /** @returns 0 when they may pass, else after how many whole seconds they may */
  take(key: string, tokens: number, now: number): number {
    const most = this.perSecond * 2;
    const bucket = this.buckets.get(key) ?? { tokens: most, at: now };
    bucket.tokens = Math.min(most, bucket.tokens + ((now - bucket.at) / 1000) * this.perSecond);
    bucket.at = now;
    this.buckets.set(key, bucket);
    // A batch larger than a burst passes when the bucket is full, or it never would.
    const needed = Math.min(tokens, most);
    if (bucket.tokens < needed) return Math.max(1, Math.ceil((needed - bucket.tokens) / this.perSecond));
    bucket.tokens -= needed;
    return 0;
  }
}
