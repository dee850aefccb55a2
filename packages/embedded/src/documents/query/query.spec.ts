import { Binary, Decimal128, type Document, Double, Int32, Long, MaxKey, MinKey, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { useServer } from '../testing/use-server.js';

/** What a MongoDB server answers, from its documentation and known behaviour. */
interface Case {
  readonly name: string;
  readonly documents: readonly Document[];
  readonly filter: Document;
  readonly sort?: Record<string, 1 | -1>;
  readonly collation?: { locale: string; strength?: number };
  readonly ids: readonly unknown[];
}

const [first, second, third] = [new ObjectId(), new ObjectId(), new ObjectId()] as const;
const nulls = [{ _id: 1, a: null }, { _id: 2, a: 5 }, { _id: 3 }, { _id: 4, a: 'x' }];
const nested = [
  { _id: 1, a: { b: null } },
  { _id: 2, a: {} },
  { _id: 3 },
  { _id: 4, a: [{ b: 1 }, {}] },
  { _id: 5, a: { b: 1 } },
];
const arrays = [
  { _id: 1, a: [1, 2] },
  { _id: 2, a: [2, 1] },
  { _id: 3, a: [[1, 2]] },
  { _id: 4, a: 1 },
];
const numbers = [
  { _id: 1, n: new Double(1) },
  { _id: 2, n: new Int32(1) },
  { _id: 3, n: Long.fromNumber(1) },
  { _id: 4, n: Decimal128.fromString('1.0') },
  { _id: 5, n: Long.fromString('9007199254740993') },
  { _id: 6, n: Number.NaN },
];
const mixed = [
  { _id: 1, a: 'x' },
  { _id: 2, a: 5 },
  { _id: 3 },
  { _id: 4, a: true },
  { _id: 5, a: new Date(0) },
  { _id: 6, a: { b: 1 } },
  { _id: 7, a: first },
  { _id: 8, a: null },
  { _id: 9, a: new MinKey() },
  { _id: 10, a: new MaxKey() },
  { _id: 11, a: [] },
];
const words = [
  { _id: 1, w: 'apple' },
  { _id: 2, w: 'Apple' },
  { _id: 3, w: 'äpple' },
  { _id: 4, w: 'b\nApple' },
  { _id: 5, w: 7 },
];

const cases: readonly Case[] = [
  { name: 'null is neither above nor below a number', documents: nulls, filter: { a: { $gt: 1 } }, ids: [2] },
  { name: 'nor below one', documents: nulls, filter: { a: { $lt: 9 } }, ids: [2] },
  { name: 'null equals a missing field', documents: nulls, filter: { a: null }, ids: [1, 3] },
  { name: 'not null leaves out missing fields', documents: nulls, filter: { a: { $ne: null } }, ids: [2, 4] },
  { name: 'at least null is null or missing', documents: nulls, filter: { a: { $gte: null } }, ids: [1, 3] },
  { name: 'null in a list finds missing fields', documents: nulls, filter: { a: { $in: [null, 5] } }, ids: [1, 2, 3] },
  { name: 'null below an array', documents: nested, filter: { 'a.b': null }, ids: [1, 2, 3, 4] },
  { name: 'existence below an array', documents: nested, filter: { 'a.b': { $exists: true } }, ids: [1, 4, 5] },
  { name: 'absence', documents: nested, filter: { 'a.b': { $exists: false } }, ids: [2, 3] },
  { name: 'an array equals itself or its element', documents: arrays, filter: { a: [1, 2] }, ids: [1, 3] },
  { name: 'a value equals an element', documents: arrays, filter: { a: 1 }, ids: [1, 2, 4] },
  { name: 'an element by place', documents: arrays, filter: { 'a.0': 2 }, ids: [2, 3] },
  { name: 'not equal means no element', documents: arrays, filter: { a: { $ne: 2 } }, ids: [3, 4] },
  { name: 'the size of an array', documents: arrays, filter: { a: { $size: 1 } }, ids: [3] },
  { name: 'all of a list', documents: arrays, filter: { a: { $all: [1, 2] } }, ids: [1, 2] },
  { name: 'all of an empty list finds nothing', documents: arrays, filter: { a: { $all: [] } }, ids: [] },
  { name: 'one element between two bounds', documents: arrays, filter: { a: { $elemMatch: { $gt: 1 } } }, ids: [1, 2] },
  {
    name: 'fields of a subdocument are compared in order',
    documents: [
      { _id: 1, a: { x: 1, y: 2 } },
      { _id: 2, a: { y: 2, x: 1 } },
    ],
    filter: { a: { x: 1, y: 2 } },
    ids: [1],
  },
  {
    name: 'one document of an array meets all conditions',
    documents: [
      { _id: 1, a: [{ x: 1, y: 2 }] },
      { _id: 2, a: [{ x: 1 }, { y: 2 }] },
    ],
    filter: { a: { $elemMatch: { x: 1, y: 2 } } },
    ids: [1],
  },
  {
    name: 'different documents of an array may meet two conditions',
    documents: [
      { _id: 1, a: [{ x: 1, y: 2 }] },
      { _id: 2, a: [{ x: 1 }, { y: 2 }] },
    ],
    filter: { 'a.x': 1, 'a.y': 2 },
    ids: [1, 2],
  },
  { name: 'numbers are equal across types', documents: numbers, filter: { n: 1 }, ids: [1, 2, 3, 4] },
  {
    name: 'a long beyond 2^53 is exact',
    documents: numbers,
    filter: { n: Long.fromString('9007199254740993') },
    ids: [5],
  },
  { name: 'and not its neighbour', documents: numbers, filter: { n: 9007199254740992 }, ids: [] },
  { name: 'a double is not an int', documents: numbers, filter: { n: { $type: 'double' } }, ids: [1, 6] },
  { name: 'an int', documents: numbers, filter: { n: { $type: 16 } }, ids: [2] },
  { name: 'a long', documents: numbers, filter: { n: { $type: 'long' } }, ids: [3, 5] },
  { name: 'a decimal', documents: numbers, filter: { n: { $type: 'decimal' } }, ids: [4] },
  { name: 'any number', documents: numbers, filter: { n: { $type: 'number' } }, ids: [1, 2, 3, 4, 5, 6] },
  { name: 'not-a-number is not below a number', documents: numbers, filter: { n: { $lt: 2 } }, ids: [1, 2, 3, 4] },
  { name: 'not-a-number equals itself', documents: numbers, filter: { n: Number.NaN }, ids: [6] },
  { name: 'a remainder', documents: numbers, filter: { n: { $mod: [2, 1] } }, ids: [1, 2, 3, 4, 5] },
  {
    name: 'types sort in MongoDB order',
    documents: mixed,
    filter: {},
    sort: { a: 1, _id: 1 },
    ids: [9, 11, 3, 8, 2, 1, 6, 7, 4, 5, 10],
  },
  { name: 'an objectId by type', documents: mixed, filter: { a: { $type: 'objectId' } }, ids: [7] },
  { name: 'several types', documents: mixed, filter: { a: { $type: ['string', 'date'] } }, ids: [1, 5] },
  { name: 'an array by type', documents: mixed, filter: { a: { $type: 'array' } }, ids: [11] },
  {
    name: 'everything above the smallest key',
    documents: mixed.slice(0, -1),
    filter: { a: { $gt: new MinKey() } },
    ids: [1, 2, 4, 5, 6, 7, 8, 10],
  },
  {
    name: 'ObjectIds have a range',
    documents: [{ _id: second }, { _id: first }, { _id: third }],
    filter: { _id: { $gt: first } },
    sort: { _id: 1 },
    ids: [second, third],
  },
  {
    name: 'an array sorts by its smallest element',
    documents: [
      { _id: 1, a: [5, 1] },
      { _id: 2, a: [3] },
      { _id: 3, a: [2, 9] },
    ],
    filter: {},
    sort: { a: 1 },
    ids: [1, 3, 2],
  },
  {
    name: 'and backwards by its largest',
    documents: [
      { _id: 1, a: [5, 1] },
      { _id: 2, a: [3] },
      { _id: 3, a: [2, 9] },
    ],
    filter: {},
    sort: { a: -1 },
    ids: [3, 1, 2],
  },
  { name: 'a regular expression', documents: words, filter: { w: /^a/ }, ids: [1] },
  { name: 'its options', documents: words, filter: { w: { $regex: '^APPLE$', $options: 'im' } }, ids: [1, 2, 4] },
  { name: 'its opposite', documents: words, filter: { w: { $not: /apple/i } }, ids: [3, 5] },
  { name: 'regular expressions in a list', documents: words, filter: { w: { $in: [/^ä/, 7] } }, ids: [3, 5] },
  {
    name: 'a collation without case',
    documents: words,
    filter: { w: 'APPLE' },
    collation: { locale: 'en', strength: 2 },
    ids: [1, 2],
  },
  {
    name: 'a collation without accents',
    documents: words,
    filter: { w: { $in: ['APPLE'] } },
    collation: { locale: 'en', strength: 1 },
    ids: [1, 2, 3],
  },
  {
    name: 'a collation sorts as people do',
    documents: words.slice(0, 3),
    filter: {},
    sort: { w: 1 },
    collation: { locale: 'en' },
    ids: [1, 2, 3],
  },
  {
    name: 'binary values',
    documents: [{ _id: 1, b: new Binary(Buffer.from('ab')) }],
    filter: { b: new Binary(Buffer.from('ab')) },
    ids: [1],
  },
  { name: 'alternatives', documents: nulls, filter: { $or: [{ a: 5 }, { a: 'x' }] }, ids: [2, 4] },
  { name: 'none of', documents: nulls, filter: { $nor: [{ a: 5 }, { a: null }] }, ids: [4] },
  { name: 'an expression', documents: nulls, filter: { $expr: { $gt: ['$_id', 2] } }, ids: [3, 4] },
  { name: 'bits', documents: numbers.slice(0, 4), filter: { n: { $bitsAllSet: [0] } }, ids: [1, 2, 3, 4] },
  {
    name: 'a condition twice',
    documents: nulls,
    filter: { $and: [{ _id: { $gt: 1 } }, { _id: { $lt: 4 } }] },
    ids: [2, 3],
  },
  {
    name: 'names of the prototype are fields',
    documents: [JSON.parse('{"_id":1,"__proto__":{"x":1},"constructor":"c"}') as Document],
    filter: { constructor: 'c' },
    ids: [1],
  },
];

describe('finding documents', () => {
  const server = useServer();

  it.each(cases)('$name', async ({ documents, filter, sort, collation, ids }) => {
    const collection = await server.seed(documents);
    const options = { ...(collation && { collation }), sort: sort ?? { _id: 1 } };
    const found = await collection.find(filter, options).toArray();
    expect(found.map(({ _id }) => _id)).toEqual(ids);
  });

  it.each(cases)('$name, with an index on each field', async ({ documents, filter, sort, collation, ids }) => {
    const collection = await server.seed(documents);
    for (const field of ['a', 'n', 'w', 'a.b', 'a.x']) await collection.createIndex({ [field]: 1 });
    await collection.createIndex({ w: -1 }, { collation: { locale: 'en', strength: 2 }, name: 'folded' });
    const options = { ...(collation && { collation }), sort: sort ?? { _id: 1 } };
    const found = await collection.find(filter, options).toArray();
    expect(found.map(({ _id }) => _id)).toEqual(ids);
  });

  it.each([
    ['an unknown operator', { a: { $nope: 1 } }, 2],
    ['an unknown operator at the top', { $nope: 1 }, 2],
    ['code', { $where: 'true' }, 115],
    ['text search', { $text: { $search: 'a' } }, 115],
    ['a list that is none', { a: { $in: 1 } }, 2],
    ['a regular expression that is none', { a: { $regex: '(' } }, 51091],
    ['an unknown type', { a: { $type: 'no' } }, 2],
  ])('refuses %s', async (_name, filter: Document, code) => {
    const collection = await server.seed([{ a: 1 }]);
    await expect(collection.find(filter).toArray()).rejects.toMatchObject({ code });
  });

  it('skips and limits behind the sort', async () => {
    const collection = await server.seed(Array.from({ length: 3000 }, (_, i) => ({ _id: i, a: (i * 7919) % 3000 })));
    const page = await collection.find().sort({ a: -1 }).skip(10).limit(5).toArray();
    expect(page.map(({ a }) => a as number)).toEqual([2989, 2988, 2987, 2986, 2985]);
    const all = await collection.find().sort({ a: 1 }).toArray();
    expect(all.map(({ a }) => a as number)).toEqual(Array.from({ length: 3000 }, (_, i) => i));
  });

  it('finds the members of a long list', async () => {
    const collection = await server.seed(Array.from({ length: 5000 }, (_, i) => ({ _id: i, n: Long.fromNumber(i) })));
    const list = [...Array.from({ length: 4000 }, (_, i) => i * 2), null, /x/];
    expect(await collection.countDocuments({ _id: { $in: list.slice(0, 4000) as number[] } })).toBe(2500);
    expect(await collection.countDocuments({ n: { $in: list } })).toBe(2500);
  });

  it('counts and lists distinct values', async () => {
    const collection = await server.seed([
      { a: [1, 2] },
      { a: 2 },
      { a: Long.fromNumber(2) },
      { b: 1 },
      { a: { x: 1 } },
    ]);
    expect(await collection.countDocuments({ a: 2 })).toBe(3);
    expect(await collection.estimatedDocumentCount()).toBe(5);
    expect(await collection.countDocuments({}, { skip: 1, limit: 3 })).toBe(3);
    expect(await collection.distinct('a')).toEqual([1, 2, { x: 1 }]);
    expect(await collection.distinct('a.x', { a: { $type: 'object' } })).toEqual([1]);
  });
});

describe('projecting documents', () => {
  const server = useServer();
  const document = { _id: 1, a: [{ v: 1 }, { v: 2 }, { v: 3 }], b: { c: 1, d: 2 }, n: 4 };

  it.each<[string, Document, Document, Document]>([
    ['a slice beside an exclusion', {}, { a: { $slice: 1 }, b: 0 }, { _id: 1, a: [{ v: 1 }], n: 4 }],
    ['a slice alone shows everything else', {}, { a: { $slice: -1 } }, { ...document, a: [{ v: 3 }] }],
    ['a slice beside an inclusion', {}, { a: { $slice: [1, 1] }, n: 1 }, { _id: 1, a: [{ v: 2 }], n: 4 }],
    ['the first element that matches', {}, { _id: 0, a: { $elemMatch: { v: 2 } } }, { a: [{ v: 2 }] }],
    ['no element matches', {}, { _id: 0, n: 1, a: { $elemMatch: { v: 9 } } }, { n: 4 }],
    ['the element that the query found', { 'a.v': 2 }, { _id: 0, 'a.$': 1 }, { a: [{ v: 2 }] }],
    ['a nested field', {}, { 'b.c': 1, _id: 0 }, { b: { c: 1 } }],
    ['nested fields as a document', {}, { b: { d: 1 }, _id: 0 }, { b: { d: 2 } }],
    ['without a field of an array', {}, { 'a.v': 0, _id: 0, n: 0 }, { a: [{}, {}, {}], b: { c: 1, d: 2 } }],
    ['an expression', {}, { s: { $size: '$a' }, _id: 0 }, { s: 3 }],
    ['only the id', {}, { _id: 1 }, { _id: 1 }],
    ['all but the id', {}, { _id: 0 }, { a: document.a, b: document.b, n: 4 }],
  ])('%s', async (_name, filter, projection, expected) => {
    const collection = await server.seed([document]);
    expect(await collection.findOne(filter, { projection })).toEqual(expected);
  });

  it.each<[string, Document, number]>([
    ['including and excluding', { a: 1, b: 0 }, 31254],
    ['excluding and including', { a: 0, b: 1 }, 31253],
    ['a path and a part of it', { b: 1, 'b.c': 1 }, 31249],
    ['a part of a path and the path', { 'b.c': 1, b: 1 }, 31250],
  ])('refuses %s', async (_name, projection, code) => {
    const collection = await server.seed([document]);
    await expect(collection.findOne({}, { projection })).rejects.toMatchObject({ code });
  });
});
