import type { Column } from '@pelton/contract';

/** How one value of a sample is written; the page's language and time zone come in. */
export interface SampleWriter {
  number: (value: number) => string;
  day: (instant: string) => string;
  time: (instant: string) => string;
  yesNo: (value: boolean) => string;
}

/** The values of one column in words. Days stand without a time where no value has one. */
export function sampleTexts(column: Column, values: readonly unknown[], writer: SampleWriter): string[] {
  const hasTimes =
    column.family === 'time' && values.some((value) => !isNothing(value) && writer.time(String(value)) !== '00:00');
  return values.map((value) => {
    if (isNothing(value)) return '–';
    if (column.family === 'time') return writer.day(String(value)) + (hasTimes ? ` ${writer.time(String(value))}` : '');
    if (column.family === 'boolean') return writer.yesNo(value === true || value === 1);
    if (column.family === 'number' && (typeof value === 'number' || Number.isSafeInteger(Number(value))))
      return writer.number(Number(value));
    return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean); // JSON has no other values
  });
}

const LETTER_PX = 7;
const PADDING_PX = 20;

/** Wide enough for the longest value, within reason: an evidence is read, a document only begun. */
export function columnWidthPx({ name, family }: Column, texts: readonly string[]): number {
  const head = (name.length + 3) * LETTER_PX;
  const longest = Math.max(head, ...texts.map((text) => text.length * LETTER_PX));
  return Math.min(Math.max(longest + PADDING_PX, family === 'number' ? 96 : 112), family === 'json' ? 240 : 360);
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}
