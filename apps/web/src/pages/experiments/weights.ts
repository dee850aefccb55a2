/** Weights in per cent for some arms, adding up to 100 exactly; what cannot be parted evenly goes to the first ones. */
export function evenWeights(count: number): number[] {
  const cents = Math.floor(10_000 / count);
  const rest = 10_000 - cents * count;
  return Array.from({ length: count }, (_, index) => (cents + (index < rest ? 1 : 0)) / 100);
}

/** What is missing to 100 per cent; negative where there is too much. */
export function missingWeight(weights: readonly number[]): number {
  return Math.round((100 - weights.reduce((sum, weight) => sum + weight, 0)) * 100) / 100;
}

/** A key out of a title: `15 % off!` gives `arm_15_off`, because a key begins with a letter. */
export function keyFromTitle(title: string): string {
  const plain = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  if (plain === '') return '';
  return /^[a-z]/.test(plain) ? plain : `arm_${plain}`;
}
