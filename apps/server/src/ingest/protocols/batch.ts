/** What an adapter makes of a body: calls in Segment's words, not yet checked, and when the sender's clock said it sent them. */
export interface Batch {
  calls: unknown[];
  sentAt?: string | number | undefined;
  /** The calls as they came, where a mapping made them; a reject is kept as it came, so that a mended mapping helps. */
  originals?: unknown[];
  /** The calls as the sender wrote them, one for one, where that is another form than `calls`; for people to look at. */
  sent?: unknown[];
  /** Where the calls come from, such as `segment`; stored with each event. */
  source: string;
}

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** A time as a sender writes it. */
export function asTime(value: unknown): string | number | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? value : undefined;
}

/** The fields that have a value. */
export function present(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
}
