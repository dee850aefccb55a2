import { Decimal128, type Document, Long, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/random.js';
import { useServer } from '../testing/use-server.js';

const random = seededRandom(42);

function pick<T>(from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

const scalars: readonly unknown[] = [
  null,
  0,
  1,
  2,
  -3,
  1.5,
  Long.fromNumber(2),
  Long.fromString('9007199254740993'),
  9007199254740992,
  Decimal128.fromString('1.5'),
  Decimal128.fromString('0.1'),
  '',
  'a',
  'ab',
  'b',
  'B',
  true,
  false,
  new Date(0),
  new Date(5),
  new ObjectId('64b5f0c2a1b2c3d4e5f60718'),
  { x: 1 },
  {},
];

/** A field that is missing, a value, an array or a document, so that every path of an index is walked. */
function anyField(): unknown {
  const kind = random();
  if (kind < 0.15) return undefined;
  if (kind < 0.75) return pick(scalars);
  if (kind < 0.95) return Array.from({ length: Math.floor(random() * 4) }, () => pick(scalars));
  return [[pick(scalars)], pick(scalars)];
}

function anyDocument(id: number): Document {
  // only one field of a compound index may be an array
  const scalar = () => (random() < 0.2 ? undefined : pick(scalars));
  const inner =
    random() < 0.5 ? { d: anyField(), e: scalar() } : [{ d: scalar(), e: scalar() }, { d: scalar() }, pick(scalars)];
  return Object.fromEntries(
    Object.entries({ _id: id, a: anyField(), b: scalar(), c: inner, n: Math.floor(random() * 20) }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

function anyCondition(): unknown {
  const value = () => pick(scalars);
  const bound = () => pick(scalars.filter((each) => each !== null));
  switch (Math.floor(random() * 9)) {
    case 0:
      return { $in: [value(), value(), value()] };
    case 1:
      return { $gt: bound() };
    case 2:
      return { $lte: bound() };
    case 3:
      return { $gte: bound(), $lt: bound() };
    case 4:
      return { $ne: value() };
    case 5:
      return { $exists: random() < 0.5 };
    case 6:
      return { $elemMatch: { $gte: bound() } };
    default:
      return value();
  }
}

function anyQuery(depth = 0): Document {
  const fields = ['a', 'b', 'c.d', 'c.e', 'n'];
  const query: Document = {};
  for (let i = 0; i <= random() * 2; i++) query[pick(fields)] = anyCondition();
  if (depth === 0 && random() < 0.2) return { $or: [anyQuery(1), anyQuery(1)] };
  if (depth === 0 && random() < 0.2) return { $and: [anyQuery(1), anyQuery(1)] };
  return query;
}

describe('a query', () => {
  const server = useServer();

  it('finds the same in the same order with indexes as without', async () => {
    const collection = await server.seed(Array.from({ length: 400 }, (_, i) => anyDocument(i)));
    const keys: Document[] = [
      { a: 1 },
      { b: -1, n: 1 },
      { n: 1, b: 1 },
      { 'c.d': 1, 'c.e': -1 },
      { b: 1, a: -1 },
      { n: -1, 'c.e': 1 },
    ];
    for (const key of keys) await collection.createIndex(key as Record<string, 1>);
    await collection.createIndex({ a: -1 }, { sparse: true, name: 'sparse' });
    await collection.createIndex({ n: 1 }, { partialFilterExpression: { b: 1 }, name: 'partial' });
    for (let i = 0; i < 300; i++) {
      const filter = anyQuery();
      const order = pick(['a', 'b', 'c.d', 'n']);
      const sort = { [order]: pick([1, -1]), _id: 1 } as Record<string, 1 | -1>;
      const ids = (options: Document) =>
        collection
          .find(filter, { ...options, sort })
          .map(({ _id }) => _id)
          .toArray();
      expect(await ids({}), JSON.stringify({ filter, sort })).toEqual(await ids({ hint: { $natural: 1 } }));
    }
  });

  it('finds the same after documents were changed and removed', async () => {
    const collection = await server.seed(Array.from({ length: 200 }, (_, i) => anyDocument(i)));
    await collection.createIndex({ a: 1, n: 1 });
    await collection.createIndex({ 'c.d': 1 });
    for (let i = 0; i < 200; i++) {
      const { _id: _old, ...fields } = anyDocument(i);
      const id = { _id: Math.floor(random() * 200) };
      if (random() < 0.2) await collection.deleteOne(id);
      else await collection.replaceOne(id, fields, { upsert: true });
      const filter = anyQuery();
      const ids = (options: Document) =>
        collection
          .find(filter, { ...options, sort: { _id: 1 } })
          .map(({ _id }) => _id)
          .toArray();
      expect(await ids({}), JSON.stringify(filter)).toEqual(await ids({ hint: { $natural: 1 } }));
    }
  });
});
