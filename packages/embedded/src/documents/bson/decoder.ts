import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
} from 'bson';
import { badValue } from '../command-error.js';
import { ByteReader, malformed } from './byte-reader.js';
import { type BsonDocument, setField } from './value.js';

/** MongoDB's own limit on documents inside documents. */
const maxDepth = 200;

/**
 * Decodes a document so that encoding it again gives the same types.
 * An int becomes a number, a long a Long, a double a number unless it would be taken for an int, then a Double.
 * @throws BadValue when the bytes are not well-formed BSON
 */
export function decode(bytes: Buffer): BsonDocument {
  return new Decoder(bytes).document();
}

/** Decodes only the named top-level fields and steps over the others. */
export function decodeFields(bytes: Buffer, fields: ReadonlySet<string>): BsonDocument {
  return new Decoder(bytes).document(fields);
}

class Decoder extends ByteReader {
  document(fields?: ReadonlySet<string>): BsonDocument {
    const end = this.open();
    if (end !== this.bytes.length - 1) throw malformed();
    return this.fields(end, 1, fields);
  }

  /** Reads the size in front of a document and checks its closing zero. */
  private open(): number {
    const size = this.int32();
    const end = this.at - 4 + size - 1;
    if (size < 5 || end >= this.bytes.length || this.bytes[end] !== 0) throw malformed();
    return end;
  }

  private fields(end: number, depth: number, wanted?: ReadonlySet<string>): BsonDocument {
    if (depth > maxDepth) throw badValue(`documents are nested deeper than ${maxDepth} levels`);
    const document: BsonDocument = {};
    let missing = wanted?.size ?? -1;
    while (this.at < end) {
      const type = this.bytes[this.at++]!;
      const name = this.name(end);
      if (wanted && !wanted.has(name)) {
        this.skip(type);
        continue;
      }
      const value = this.value(type, depth);
      // the encoder and every driver take a document with this field for one of their own types
      if (name === '_bsontype') throw badValue("the field name '_bsontype' is reserved");
      if (value !== undefined) setField(document, name, value);
      if (--missing === 0) return document;
    }
    if (this.at !== end) throw malformed();
    this.at = end + 1;
    return document;
  }

  private array(depth: number): unknown[] {
    const end = this.open();
    if (depth > maxDepth) throw badValue(`documents are nested deeper than ${maxDepth} levels`);
    const values: unknown[] = [];
    while (this.at < end) {
      const type = this.bytes[this.at++]!;
      this.skipName(end);
      values.push(this.value(type, depth) ?? null);
    }
    if (this.at !== end) throw malformed();
    this.at = end + 1;
    return values;
  }

  private value(type: number, depth: number): unknown {
    switch (type) {
      case 0x01:
        return this.double();
      case 0x02:
        return this.string();
      case 0x03:
        return this.fields(this.open(), depth + 1);
      case 0x04:
        return this.array(depth + 1);
      case 0x05:
        return this.binary();
      case 0x06:
        return null;
      case 0x07:
        return new ObjectId(this.copy(12));
      case 0x08:
        return this.boolean();
      case 0x09:
        return this.date();
      case 0x0a:
        return null;
      case 0x0b:
        return this.regularExpression();
      case 0x0d:
        return new Code(this.string());
      case 0x0e:
        return new BSONSymbol(this.string());
      case 0x0f:
        return this.codeWithScope(depth);
      case 0x10:
        return this.int32();
      case 0x11:
        return new Timestamp(this.bytes.readBigUInt64LE(this.advance(8)));
      case 0x12:
        return new Long(this.int32(), this.int32());
      case 0x13:
        return new Decimal128(this.copy(16));
      case 0xff:
        return new MinKey();
      case 0x7f:
        return new MaxKey();
      default:
        throw badValue(`BSON type ${type} is not supported`);
    }
  }

  private skip(type: number): void {
    switch (type) {
      case 0x06:
      case 0x0a:
      case 0x7f:
      case 0xff:
        return;
      case 0x08:
        this.advance(1);
        return;
      case 0x10:
        this.advance(4);
        return;
      case 0x01:
      case 0x09:
      case 0x11:
      case 0x12:
        this.advance(8);
        return;
      case 0x02:
      case 0x0d:
      case 0x0e:
        this.advance(this.int32());
        return;
      case 0x03:
      case 0x04:
        this.at = this.open() + 1;
        return;
      case 0x05:
        this.advance(this.int32() + 1);
        return;
      default:
        this.value(type, 1);
    }
  }

  private binary(): Binary {
    const length = this.int32();
    const subtype = this.bytes[this.advance(1)]!;
    if (length < 0 || this.at + length > this.bytes.length) throw malformed();
    const bytes = this.copy(length);
    return subtype === Binary.SUBTYPE_UUID && length === 16 ? new UUID(bytes) : new Binary(bytes, subtype);
  }

  private regularExpression(): BSONRegExp {
    const pattern = this.zeroTerminated();
    return new BSONRegExp(pattern, this.zeroTerminated());
  }

  private codeWithScope(depth: number): Code {
    this.int32();
    const text = this.string();
    return new Code(text, this.fields(this.open(), depth + 1));
  }
}
