export interface ErrorEntry {
  /** The HTTP status that the API answers with. */
  status: number;
  /** What, which one, and what to do. */
  text: (facts: never) => string;
}

/** Names as a person would list them; many are cut and counted. */
export function list(names: readonly string[]): string {
  if (names.length > 8) return `${names.slice(0, 8).join(', ')} and ${names.length - 8} more`;
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '');
}
