import { Binary, ObjectId, Timestamp } from 'bson';
import { bytesOf, rankOf, textOf } from './compare.js';
import { type BsonNumber, compareNumbers, isNumber, toNumber } from './numbers.js';
import { type BsonDocument, isDocument } from './value.js';

/** LMDB takes keys of up to 1978 bytes; this is cut off the values' part, around which index and record numbers go. */
export const maxKeyBytes = 1500;

/** How the values of one field go into a key. */
export interface KeyField {
  readonly isDescending: boolean;
  /** Makes strings that a collation holds equal the same. */
  readonly fold?: (text: string) => string;
}

/** Bytes in the order of the values they stand for. */
export interface IndexKey {
  readonly bytes: Buffer;
  /** False when different values can give these bytes: long texts are cut, long and decimal numbers rounded. */
  readonly isExact: boolean;
}

/**
 * Encodes values so that comparing bytes compares the values in MongoDB's order.
 * Each value ends itself, so the key of the first fields is a prefix of the key of all.
 */
export function encodeKey(values: readonly unknown[], fields: readonly KeyField[]): IndexKey {
  const writer = new KeyWriter();
  for (const [i, value] of values.entries()) writer.field(value, fields[i]!);
  return writer.finish();
}

/** The first byte of every value of one type rank, in a field. */
export function typePrefix(value: unknown, { isDescending }: KeyField): Buffer {
  const byte = typeByte(value);
  return Buffer.from([isDescending ? ~byte & 0xff : byte]);
}

/** The smallest bytes above all that begin with a prefix. */
export function afterPrefix(prefix: Buffer): Buffer {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  const after = Buffer.from(prefix.subarray(0, length));
  if (length > 0) after[length - 1]!++;
  return after;
}

function typeByte(value: unknown): number {
  // documents and arrays end with a zero, so every type is above it
  return rankOf(value) + 1;
}

const scratch = Buffer.alloc(maxKeyBytes);
const double = Buffer.alloc(8);

class KeyWriter {
  private length = 0;
  private isExact = true;
  private fold: ((text: string) => string) | undefined;

  field(value: unknown, { isDescending, fold }: KeyField): void {
    this.fold = fold;
    const start = this.length;
    this.byte(typeByte(value));
    this.value(value);
    if (isDescending) for (let i = start; i < this.length; i++) scratch[i] = ~scratch[i]! & 0xff;
  }

  finish(): IndexKey {
    return { bytes: Buffer.from(scratch.subarray(0, this.length)), isExact: this.isExact };
  }

  private value(value: unknown): void {
    if (typeof value === 'string') this.text(this.fold?.(value) ?? value);
    else if (isNumber(value)) this.number(value);
    else if (value instanceof ObjectId) this.bytes(value.id);
    else if (typeof value === 'boolean') this.byte(value ? 1 : 0);
    else if (value instanceof Date) this.signed(BigInt(value.getTime()));
    else if (value instanceof Timestamp) this.unsigned(value.toBigInt());
    else if (value instanceof Binary) this.binary(value);
    else if (Array.isArray(value)) this.array(value);
    else if (isDocument(value)) this.document(value);
    else if (value !== null && typeof value === 'object') this.text(textOf(value));
  }

  private byte(byte: number): void {
    if (this.length === maxKeyBytes) this.isExact = false;
    else scratch[this.length++] = byte;
  }

  private bytes(bytes: Uint8Array): void {
    const fitting = Math.min(bytes.length, maxKeyBytes - this.length);
    scratch.set(fitting === bytes.length ? bytes : bytes.subarray(0, fitting), this.length);
    this.length += fitting;
    if (fitting < bytes.length) this.isExact = false;
  }

  /** Zero bytes inside are marked, so that the two at the end sort below every continuation. */
  private text(text: string): void {
    let bytes = Buffer.from(text.length > maxKeyBytes ? text.slice(0, maxKeyBytes) : text);
    if (text.length > maxKeyBytes) this.isExact = false;
    for (let zero = bytes.indexOf(0); zero >= 0; zero = bytes.indexOf(0)) {
      this.bytes(bytes.subarray(0, zero + 1));
      this.byte(0xff);
      bytes = bytes.subarray(zero + 1);
    }
    this.bytes(bytes);
    this.byte(0);
    this.byte(0);
  }

  private number(value: BsonNumber): void {
    const number = toNumber(value) + 0;
    if (typeof value !== 'number' && compareNumbers(value, number) !== 0) this.isExact = false;
    if (Number.isNaN(number)) double.fill(0);
    else {
      double.writeDoubleBE(number === 0 ? 0 : number);
      if (double[0]! & 0x80) for (let i = 0; i < 8; i++) double[i] = ~double[i]! & 0xff;
      else double[0]! |= 0x80;
    }
    this.bytes(double);
  }

  private signed(value: bigint): void {
    this.unsigned(BigInt.asIntN(64, value) + 2n ** 63n);
  }

  private unsigned(value: bigint): void {
    double.writeBigUInt64BE(value);
    this.bytes(double);
  }

  private binary(value: Binary): void {
    const bytes = bytesOf(value);
    double.writeUInt32BE(bytes.length);
    this.bytes(double.subarray(0, 4));
    this.byte(value.sub_type);
    this.bytes(bytes);
  }

  private array(values: readonly unknown[]): void {
    for (const value of values) {
      this.byte(typeByte(value));
      this.value(value);
    }
    this.byte(0);
  }

  private document(document: BsonDocument): void {
    const fold = this.fold;
    for (const field of Object.keys(document)) {
      this.byte(typeByte(document[field]));
      this.fold = undefined;
      this.text(field);
      this.fold = fold;
      this.value(document[field]);
    }
    this.byte(0);
  }
}
