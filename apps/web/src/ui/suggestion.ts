/** Something that was seen before, and a note in grey. */
export interface Suggestion {
  value: string;
  note?: string;
}
