import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  Double,
  EJSON,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
  UUID,
} from 'bson';
import { describe, expect, it } from 'vitest';
import { compareValues } from './compare.js';
import { decode, decodeFields } from './decoder.js';
import { encode } from './encoder.js';
import { afterPrefix, encodeKey } from './index-key.js';
import { add, compareNumbers, divide, multiply, subtract, toDecimal } from './numbers.js';
import { type BsonDocument, emptyArray, typeOf } from './value.js';
import { valueKey } from './value-key.js';

/** Values of every kind in the order that MongoDB gives them; those in one list are equal. */
const ordered: readonly (readonly unknown[])[] = [
  [new MinKey()],
  [emptyArray],
  [null],
  [Number.NaN, Decimal128.fromString('NaN')],
  [-Infinity],
  [Long.MIN_VALUE, -(2 ** 63), Decimal128.fromString('-9223372036854775808')],
  [-1.5, Decimal128.fromString('-1.50')],
  [0, new Double(0), -0, Long.ZERO, Decimal128.fromString('-0')],
  [Decimal128.fromString('1E-6000')],
  [Decimal128.fromString('0.1')],
  [0.1],
  [1, new Double(1), Long.ONE, Decimal128.fromString('1.00')],
  [2 ** 31],
  [9007199254740992, Long.fromString('9007199254740992')],
  [Long.fromString('9007199254740993'), Decimal128.fromString('9007199254740993')],
  [Decimal128.fromString('9.99E+6000')],
  [Infinity],
  [''],
  ['\0'],
  ['a'],
  ['a\0'],
  ['a\0b'],
  ['aa'],
  ['z'],
  ['é'],
  ['\uffff'],
  ['𝄞'],
  [{}],
  [{ a: 1 }],
  [{ a: 1, b: 1 }],
  [{ a: 2 }],
  [{ b: 0 }],
  [{ a: 'x' }],
  [[1]],
  [[1, 1]],
  [[2]],
  [new Binary(Buffer.from([9]))],
  [new Binary(Buffer.from([1, 2]))],
  [new UUID('00000000-0000-4000-8000-000000000000')],
  [new ObjectId('000000000000000000000001')],
  [new ObjectId('ff0000000000000000000001')],
  [false],
  [true],
  [new Date(-1)],
  [new Date(0)],
  [new Date(1)],
  [new Timestamp({ t: 1, i: 1 })],
  [new Timestamp({ t: 4_000_000_000, i: 1 })],
  [new BSONRegExp('a', 'i')],
  [new BSONRegExp('b', '')],
  [new Code('x')],
  [new MaxKey()],
];

const pairs = ordered.flatMap((lefts, i) =>
  lefts.flatMap((left) =>
    ordered.flatMap((rights, j) => rights.map((right) => ({ left, right, order: Math.sign(i - j) }))),
  ),
);

describe('the order of values', () => {
  it('is that of MongoDB', () => {
    const wrong = pairs.filter(({ left, right, order }) => Math.sign(compareValues(left, right)) !== order);
    expect(wrong).toEqual([]);
  });

  it('is that of their index keys, up and down, where keys are exact', () => {
    const key = (value: unknown, isDescending: boolean) =>
      encodeKey([value, 'end'], [{ isDescending }, { isDescending: false }]);
    const wrong = pairs.filter(({ left, right, order }) =>
      [true, false].some((isDescending) => {
        const [a, b] = [key(left, isDescending), key(right, isDescending)];
        const found = Buffer.compare(a.bytes, b.bytes) * (isDescending ? -1 : 1);
        // keys that are not exact may be the same, but never in the wrong order
        return a.isExact && b.isExact ? found !== order : found !== order && found !== 0;
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('makes one key of equal values', () => {
    const values = ordered.filter(([first]) => first !== emptyArray);
    expect(values.filter((equals) => new Set(equals.map(valueKey)).size !== 1)).toEqual([]);
    expect(new Set(values.map(([first]) => valueKey(first))).size).toBe(values.length);
  });

  it('puts every key with a prefix before what comes after the prefix', () => {
    const prefix = encodeKey(['a'], [{ isDescending: false }]).bytes;
    const longer = encodeKey(['a', new MaxKey()], [{ isDescending: false }, { isDescending: false }]).bytes;
    const next = encodeKey(['a\0'], [{ isDescending: false }]).bytes;
    expect(Buffer.compare(longer, afterPrefix(prefix))).toBe(-1);
    expect(Buffer.compare(afterPrefix(prefix), next)).not.toBe(1);
    expect(afterPrefix(Buffer.from([1, 0xff, 0xff]))).toEqual(Buffer.from([2]));
  });
});

describe('decoding', () => {
  const document: BsonDocument = {
    double: new Double(1),
    fraction: 1.5,
    int: 1,
    large: 2 ** 40,
    minusZero: -0,
    long: Long.fromNumber(5),
    decimal: Decimal128.fromString('1.500'),
    text: 'é漢𝄞'.repeat(20),
    short: 'ascii',
    nested: { list: [1, [2, { x: null }], 'a'], empty: {} },
    binary: new Binary(Buffer.from('abc'), 128),
    uuid: new UUID(),
    id: new ObjectId(),
    yes: true,
    at: new Date(-5),
    pattern: new BSONRegExp('a(?i)', 'ix'),
    code: new Code('x'),
    stamp: new Timestamp({ t: 4_000_000_000, i: 7 }),
    low: new MinKey(),
    high: new MaxKey(),
    nothing: null,
  };

  it('and encoding gives the same bytes', () => {
    const bytes = encode(document);
    expect(encode(decode(bytes))).toEqual(bytes);
    const text = (value: BsonDocument) => EJSON.stringify(value, { relaxed: false });
    expect(text(decode(bytes))).toBe(text(document));
  });

  it('can leave fields out', () => {
    const bytes = encode(document);
    expect(decodeFields(bytes, new Set(['stamp', 'double', 'none']))).toEqual({
      double: document['double'],
      stamp: document['stamp'],
    });
  });

  it('takes names of the prototype as fields', () => {
    const bytes = Buffer.from(serialize(JSON.parse('{"__proto__":{"x":1},"constructor":1}') as BsonDocument));
    const decoded = decode(bytes);
    expect(Object.keys(decoded)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
  });

  it('refuses the name by which drivers know their own types', () => {
    const bytes = encode({ a: { Xbsontype: 'ObjectId' } });
    bytes.write('_', bytes.indexOf('X'));
    expect(() => decode(bytes)).toThrow(/reserved/);
  });

  it('refuses bytes that are cut at any place', () => {
    const bytes = encode(document);
    for (let length = 0; length < bytes.length; length++) {
      const cut = Buffer.from(bytes.subarray(0, length));
      if (length >= 4) cut.writeInt32LE(length);
      expect(() => decode(cut)).toThrow(/malformed BSON|not supported/);
    }
  });

  it('refuses documents that are nested too deep', () => {
    let deep: BsonDocument = {};
    for (let depth = 0; depth < 300; depth++) deep = { deep };
    expect(() => decode(encode(deep))).toThrow(/nested deeper/);
  });
});

describe('numbers', () => {
  const decimal = (text: string) => Decimal128.fromString(text);

  it.each<[string, unknown, unknown]>([
    ['ints', add(1, 2), 3],
    ['ints that overflow', add(2147483647, 1), Long.fromNumber(2147483648)],
    ['an int and a double', add(1, new Double(2)), new Double(3)],
    ['longs', subtract(Long.fromString('9007199254740993'), 1), Long.fromString('9007199254740992')],
    ['longs that overflow', multiply(Long.MAX_VALUE, 2), 2 * 2 ** 63],
    ['decimals', add(decimal('0.1'), decimal('0.20')), decimal('0.30')],
    ['a decimal and a double', add(decimal('1'), 0.1), decimal('1.1')],
    [
      'decimals with too many digits',
      multiply(decimal('1234567890123456789'), decimal('1234567890123456789')),
      decimal('1.524157875323883675019051998750191E+36'),
    ],
    [
      'halves to even',
      add(decimal('1000000000000000000000000000000000'), decimal('0.5')),
      decimal('1000000000000000000000000000000000'),
    ],
    ['a quotient', divide(decimal('2'), decimal('3')), decimal('0.6666666666666666666666666666666667')],
    ['a whole quotient', divide(decimal('10'), decimal('4')), decimal('2.5')],
    ['a quotient of ints', divide(6, 3), new Double(2)],
    ['a decimal that is not finite', add(decimal('Infinity'), 1), decimal('Infinity')],
    ['a double as decimal', toDecimal(0.1), decimal('0.1')],
    ['a third as decimal', toDecimal(1 / 3), decimal('0.333333333333333')],
  ])('%s', (_name, found, expected) => {
    expect(String(found)).toBe(String(expected));
    expect(typeOf(found)).toBe(typeOf(expected));
  });

  it('compares far apart decimals at once', () => {
    expect(compareNumbers(decimal('1E+6000'), decimal('1E-6000'))).toBe(1);
  });
});
