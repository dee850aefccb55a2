/** Part of the unit interval, `start` included and `end` not. */
export type BucketRange = [start: number, end: number];

/**
 * Where a user falls in an experiment: a number from 0 to 0.9999 that depends on nothing else. GrowthBook's hash version 2,
 * over the bytes of UTF-8, so that SQL and every SDK agree.
 * @param seed of the experiment; another seed shuffles everyone
 * @see https://docs.growthbook.io/lib/build-your-own, “hash”
 */
export function assignmentHash(seed: string, userId: string): number {
  return (fnv1a32(String(fnv1a32(seed + userId))) % 10_000) / 10_000;
}

/**
 * The range of each variation. Coverage shrinks every range from its own start, so raising it never moves anyone.
 * @param coverage share of users who take part, cut to 0 … 1
 * @param weights share of each variation; equal shares when they do not add up to 1
 * @see https://docs.growthbook.io/lib/build-your-own, “getBucketRanges”
 */
export function bucketRanges(coverage: number, weights: readonly number[]): BucketRange[] {
  const share = Math.min(1, Math.max(0, coverage));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const isWhole = total >= 0.99 && total <= 1.01;
  let start = 0;
  return weights.map((weight) => {
    const width = isWhole ? weight : 1 / weights.length;
    const range: BucketRange = [start, start + width * share];
    start += width;
    return range;
  });
}

/** The index of the variation whose range holds the hash, or -1 for a user who does not take part. */
export function chooseVariation(hash: number, ranges: readonly BucketRange[]): number {
  return ranges.findIndex(([start, end]) => hash >= start && hash < end);
}

/** @see https://datatracker.ietf.org/doc/html/draft-eastlake-fnv */
function fnv1a32(text: string): number {
  return new TextEncoder().encode(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}
