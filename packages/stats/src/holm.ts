/**
 * P-values corrected for testing several at once: the chance of any false finding stays below the level.
 * @returns the corrected values in the order given, at most 1
 * @see Holm (1979), “A simple sequentially rejective multiple test procedure”
 */
export function holm(pValues: readonly number[]): number[] {
  const corrected = Array.from(pValues);
  const ascending = pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
  let least = 0;
  ascending.forEach((index, rank) => {
    least = Math.max(least, Math.min(1, (pValues[index] ?? 1) * (pValues.length - rank)));
    corrected[index] = least;
  });
  return corrected;
}
