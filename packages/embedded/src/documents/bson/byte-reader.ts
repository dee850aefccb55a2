import { Double } from 'bson';
import { badValue, type CommandError } from '../command-error.js';
import { isInt32 } from './value.js';

/** The refusal of bytes that are not BSON. */
export function malformed(): CommandError {
  return badValue('malformed BSON');
}

/** Reads the parts of BSON one after another and makes sure that each is there. */
export class ByteReader {
  protected at = 0;

  constructor(protected readonly bytes: Buffer) {}

  /** Steps over some bytes that must be there and gives their place. */
  protected advance(length: number): number {
    const start = this.at;
    if (length < 0 || start + length > this.bytes.length) throw malformed();
    this.at = start + length;
    return start;
  }

  /** A copy, because the message is a view of memory that is used again. */
  protected copy(length: number): Uint8Array {
    const start = this.advance(length);
    const copy = new Uint8Array(length);
    for (let i = 0; i < length; i++) copy[i] = this.bytes[start + i]!;
    return copy;
  }

  protected int32(): number {
    const { at, bytes } = this;
    if (at + 4 > bytes.length) throw malformed();
    this.at = at + 4;
    return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  }

  protected double(): number | Double {
    const value = this.bytes.readDoubleLE(this.advance(8));
    return isInt32(value) ? new Double(value) : value;
  }

  protected date(): Date {
    const low = this.int32() >>> 0;
    const date = new Date(this.int32() * 2 ** 32 + low);
    if (Number.isNaN(date.getTime())) throw badValue('a date is out of the range that JavaScript can hold');
    return date;
  }

  protected boolean(): boolean {
    const byte = this.bytes[this.advance(1)]!;
    if (byte > 1) throw malformed();
    return byte === 1;
  }

  protected string(): string {
    const length = this.int32();
    const end = this.at + length - 1;
    if (length < 1 || end >= this.bytes.length || this.bytes[end] !== 0) throw malformed();
    const text = length < 24 ? this.text(this.at, end) : this.bytes.toString('utf8', this.at, end);
    this.at = end + 1;
    return text;
  }

  /** Short ASCII is read byte by byte, which costs less than a call into the runtime. */
  protected text(start: number, end: number): string {
    let text = '';
    for (let i = start; i < end; i++) {
      const byte = this.bytes[i]!;
      if (byte > 0x7f) return this.bytes.toString('utf8', start, end);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  protected zeroTerminated(): string {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw malformed();
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end + 1;
    return text;
  }

  protected skipName(limit: number): void {
    while (this.bytes[this.at] !== 0) if (++this.at >= limit) throw malformed();
    this.at++;
  }

  protected name(limit: number): string {
    const { bytes } = this;
    const start = this.at;
    let end = start;
    let hash = 0;
    while (bytes[end] !== 0) {
      hash = (hash * 31 + bytes[end]!) | 0;
      if (++end >= limit) throw malformed();
    }
    this.at = end + 1;
    return knownName(bytes, start, end, hash & nameSlots);
  }
}

/** Field names repeat from document to document: a small table of them saves making the strings again. */
const nameSlots = 0x7ff;
const names: (string | undefined)[] = Array.from({ length: nameSlots + 1 });

function knownName(bytes: Buffer, start: number, end: number, slot: number): string {
  const known = names[slot];
  if (known !== undefined && known.length === end - start) {
    let i = 0;
    while (i < known.length && known.charCodeAt(i) === bytes[start + i]) i++;
    if (i === known.length) return known;
  }
  const name = bytes.toString('utf8', start, end);
  // one character a byte means ASCII, which the comparison above relies on
  if (name.length === end - start) names[slot] = name;
  return name;
}
