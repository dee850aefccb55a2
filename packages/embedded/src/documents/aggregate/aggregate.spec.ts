import { Decimal128, type Document, Double, Long, ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { useServer } from '../testing/use-server.js';

const id = new ObjectId('64b5f0c2a1b2c3d4e5f60718');
const summer = new Date('2026-03-29T23:30:00Z');

/** What a MongoDB server computes, from its documentation. */
const expressions: readonly [name: string, expression: unknown, value: unknown][] = [
  ['a sum', { $add: [1, 2, '$n'] }, 9],
  ['a sum with null', { $add: [1, '$missing'] }, null],
  ['a date and milliseconds', { $add: ['$at', 1000] }, new Date(summer.getTime() + 1000)],
  ['the time between dates', { $subtract: ['$at', new Date(summer.getTime() - 5)] }, 5],
  ['a sum of long and int', { $toString: { $add: [Long.fromString('9007199254740993'), 1] } }, '9007199254740994'],
  ['a sum of decimals', { $toString: { $add: [Decimal128.fromString('0.1'), Decimal128.fromString('0.2')] } }, '0.3'],
  ['a quotient of decimals', { $toString: { $divide: [Decimal128.fromString('1'), 3] } }, `0.${'3'.repeat(34)}`],
  ['a quotient', { $divide: [7, 2] }, 3.5],
  ['a remainder', { $mod: [-7, 3] }, -1],
  [
    'rounding half to even',
    [{ $round: [2.5] }, { $round: [3.5] }, { $round: [-1.234, 2] }, { $round: [1250, -2] }],
    [2, 4, -1.23, 1200],
  ],
  ['a root', { $sqrt: 16 }, 4],
  ['a power', { $pow: [2, 10] }, 1024],
  ['floor and ceiling', [{ $floor: -1.5 }, { $ceil: -1.5 }, { $trunc: -1.5 }, { $abs: -1.5 }], [-2, -1, -1, 1.5]],
  [
    'comparison across types',
    [{ $gt: ['x', 5] }, { $lt: [null, 0] }, { $eq: [1, Long.fromNumber(1)] }, { $cmp: [2, 1] }],
    [true, true, true, 1],
  ],
  ['a missing field is not null', [{ $eq: ['$missing', null] }, { $ifNull: ['$missing', 'd'] }], [false, 'd']],
  ['and, or, not', [{ $and: [1, '$n'] }, { $or: [0, null] }, { $not: ['$missing'] }], [true, false, true]],
  ['a condition', { $cond: [{ $gte: ['$n', 6] }, 'y', 'n'] }, 'y'],
  // oxlint-disable-next-line unicorn/no-thenable -- the operand of $switch has a field of that name
  ['a switch', { $switch: { branches: [{ case: { $eq: ['$n', 1] }, then: 'a' }], default: 'b' } }, 'b'],
  ['a let', { $let: { vars: { x: '$n' }, in: { $multiply: ['$$x', '$$x'] } } }, 36],
  ['a map', { $map: { input: '$list', as: 'e', in: { $multiply: ['$$e', '$n'] } } }, [6, 12, 18]],
  ['a filter', { $filter: { input: '$list', cond: { $gt: ['$$this', 1] } } }, [2, 3]],
  ['a reduction', { $reduce: { input: '$list', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 6],
  ['an element', [{ $arrayElemAt: ['$list', -1] }, { $first: '$list' }, { $last: '$list' }], [3, 1, 3]],
  ['a part of an array', [{ $slice: ['$list', 2] }, { $slice: ['$list', -2, 1] }], [[1, 2], [2]]],
  ['membership', [{ $in: [2, '$list'] }, { $indexOfArray: ['$list', 3] }, { $size: '$list' }], [true, 2, 3]],
  ['arrays joined', { $concatArrays: ['$list', [4], { $range: [5, 7] }] }, [1, 2, 3, 4, 5, 6]],
  ['an array backwards', { $reverseArray: '$list' }, [3, 2, 1]],
  ['an array sorted', { $sortArray: { input: [{ v: 2 }, { v: 1 }], sortBy: { v: 1 } } }, [{ v: 1 }, { v: 2 }]],
  ['a sum of an array', [{ $sum: '$list' }, { $avg: ['$n', 2] }, { $max: '$list' }, { $min: ['$n', 2] }], [6, 4, 3, 2]],
  [
    'sets',
    [
      {
        $setUnion: [
          [1, 2],
          [2, 3],
        ],
      },
      { $setIntersection: [[1, 2], [2]] },
      { $setDifference: [[1, 2], [2]] },
      { $setIsSubset: [[1], [1, 2]] },
    ],
    [[1, 2, 3], [2], [1], true],
  ],
  ['a document as an array', { $objectToArray: '$doc' }, [{ k: 'x', v: 1 }]],
  ['an array as a document', { $arrayToObject: [[['k', 1]]] }, { k: 1 }],
  ['documents merged', { $mergeObjects: ['$doc', { y: 2 }, null] }, { x: 1, y: 2 }],
  ['a field by name', { $getField: { field: 'x', input: '$doc' } }, 1],
  [
    'types',
    [{ $type: '$n' }, { $type: '$missing' }, { $type: '$at' }, { $isNumber: '$n' }],
    ['int', 'missing', 'date', true],
  ],
  [
    'conversions',
    [{ $toInt: '12' }, { $toDouble: '1.5' }, { $toString: 1.5 }, { $toBool: 0 }, { $toLong: 3.9 }],
    [12, 1.5, '1.5', false, 3],
  ],
  ['an id of a text', { $toObjectId: '64b5f0c2a1b2c3d4e5f60718' }, id],
  ['a date of a text', { $toDate: '2026-01-02T03:04:05Z' }, new Date('2026-01-02T03:04:05Z')],
  ['a conversion with a way out', { $convert: { input: 'x', to: 'int', onError: -1 } }, -1],
  [
    'texts',
    [{ $concat: ['a', '$text'] }, { $toUpper: '$text' }, { $strLenCP: '$text' }, { $substrCP: ['$text', 1, 2] }],
    ['aHello, you', 'HELLO, YOU', 10, 'el'],
  ],
  ['texts split and trimmed', [{ $split: ['$text', ', '] }, { $trim: { input: '  x ' } }], [['Hello', 'you'], 'x']],
  ['texts that begin with a dollar', { $concat: [{ $literal: '$' }, '$text'] }, '$Hello, you'],
  ['a regular expression', { $regexMatch: { input: '$text', regex: 'HELLO', options: 'i' } }, true],
  [
    'parts of a date',
    [
      { $year: '$at' },
      { $month: '$at' },
      { $dayOfMonth: '$at' },
      { $hour: '$at' },
      { $dayOfWeek: '$at' },
      { $isoWeek: '$at' },
    ],
    [2026, 3, 29, 23, 1, 13],
  ],
  [
    'parts in a zone',
    [{ $dayOfMonth: { date: '$at', timezone: 'Europe/Berlin' } }, { $hour: { date: '$at', timezone: '+09:00' } }],
    [30, 8],
  ],
  [
    'a date as text',
    { $dateToString: { date: '$at', format: '%Y-%m-%d %H:%M %z', timezone: 'Europe/Berlin' } },
    '2026-03-30 01:30 +0200',
  ],
  ['the start of a day', { $dateTrunc: { date: '$at', unit: 'day' } }, new Date('2026-03-29T00:00:00Z')],
  [
    'the start of a day in a zone',
    { $dateTrunc: { date: '$at', unit: 'day', timezone: 'Europe/Berlin' } },
    new Date('2026-03-29T22:00:00Z'),
  ],
  [
    'the start of a week',
    { $dateTrunc: { date: '$at', unit: 'week', startOfWeek: 'monday' } },
    new Date('2026-03-23T00:00:00Z'),
  ],
  [
    'a month later',
    { $dateAdd: { startDate: new Date('2026-01-31T00:00:00Z'), unit: 'month', amount: 1 } },
    new Date('2026-02-28T00:00:00Z'),
  ],
  [
    'a day on the calendar of a zone',
    { $dateAdd: { startDate: new Date('2026-03-28T12:00:00Z'), unit: 'day', amount: 1, timezone: 'Europe/Berlin' } },
    new Date('2026-03-29T11:00:00Z'),
  ],
  [
    'days between dates',
    { $dateDiff: { startDate: new Date('2026-03-01T23:00:00Z'), endDate: '$at', unit: 'day' } },
    28,
  ],
  ['a path through an array', '$docs.v', [1, 2]],
  ['the document itself', '$$ROOT.n', 6],
];

describe('an expression', () => {
  const server = useServer();
  const document = {
    _id: 1,
    n: 6,
    list: [1, 2, 3],
    doc: { x: 1 },
    docs: [{ v: 1 }, { v: 2 }, { w: 3 }],
    text: 'Hello, you',
    at: summer,
  };

  it.each(expressions)('computes %s', async (_name, expression, value) => {
    const collection = await server.seed([document]);
    const [found] = await collection.aggregate([{ $project: { _id: 0, value: expression } }]).toArray();
    expect(found).toEqual({ value });
  });

  it.each<[string, unknown, number]>([
    ['an unknown operator', { $nope: 1 }, 168],
    ['a division by zero', { $divide: [1, 0] }, 2],
    ['a sum with a text', { $add: [1, 'x'] }, 14],
    ['a conversion that cannot be', { $toInt: 'x' }, 241],
    ['code', { $function: { body: 'function() {}', args: [], lang: 'js' } }, 168],
    ['a variable that is not there', '$$nothing', 2],
    ['a zone that is not there', { $hour: { date: '$at', timezone: 'Mars/Base' } }, 2],
  ])('refuses %s', async (_name, expression, code) => {
    const collection = await server.seed([document]);
    await expect(collection.aggregate([{ $project: { value: expression } }]).toArray()).rejects.toMatchObject({ code });
  });
});

const sales = [
  { _id: 1, shop: 'a', n: 1, at: new Date('2026-01-01') },
  { _id: 2, shop: 'b', n: 2, at: new Date('2026-01-02') },
  { _id: 3, shop: 'a', n: 3, at: new Date('2026-01-03') },
  { _id: 4, n: 4, at: new Date('2026-01-05') },
];

const pipelines: readonly [name: string, stages: Document[], found: Document[]][] = [
  [
    'groups',
    [{ $group: { _id: '$shop', n: { $sum: '$n' }, all: { $push: '$_id' } } }, { $sort: { _id: 1 } }],
    [
      { _id: null, n: 4, all: [4] },
      { _id: 'a', n: 4, all: [1, 3] },
      { _id: 'b', n: 2, all: [2] },
    ],
  ],
  [
    'groups all',
    [
      {
        $group: {
          _id: null,
          avg: { $avg: '$n' },
          min: { $min: '$n' },
          max: { $max: '$n' },
          first: { $first: '$shop' },
          last: { $last: '$shop' },
          count: { $count: {} },
        },
      },
    ],
    [{ _id: null, avg: 2.5, min: 1, max: 4, first: 'a', last: null, count: 4 }],
  ],
  [
    'groups by documents',
    [{ $group: { _id: { odd: { $mod: ['$n', 2] } } } }, { $sort: { '_id.odd': 1 } }],
    [{ _id: { odd: 0 } }, { _id: { odd: 1 } }],
  ],
  [
    'keeps the best of a group',
    [
      {
        $group: {
          _id: null,
          best: { $top: { sortBy: { n: -1 }, output: '$_id' } },
          two: { $firstN: { input: '$n', n: 2 } },
        },
      },
    ],
    [{ _id: null, best: 4, two: [1, 2] }],
  ],
  ['measures spread', [{ $group: { _id: null, s: { $stdDevPop: '$n' } } }], [{ _id: null, s: Math.sqrt(1.25) }]],
  ['counts', [{ $match: { n: { $gt: 1 } } }, { $count: 'many' }], [{ many: 3 }]],
  ['counts nothing', [{ $match: { n: { $gt: 99 } } }, { $count: 'many' }], []],
  ['counts by value', [{ $sortByCount: '$shop' }, { $limit: 1 }], [{ _id: 'a', count: 2 }]],
  [
    'skips and limits',
    [{ $sort: { n: -1 } }, { $skip: 1 }, { $limit: 2 }, { $project: { n: 1, _id: 0 } }],
    [{ n: 3 }, { n: 2 }],
  ],
  [
    'puts a value at a boundary into the upper bucket',
    [{ $bucket: { groupBy: '$n', boundaries: [0, 2, 4], default: 'more' } }],
    [
      { _id: 0, count: 1 },
      { _id: 2, count: 2 },
      { _id: 'more', count: 1 },
    ],
  ],
  [
    'adds and takes away fields',
    [{ $limit: 1 }, { $set: { 'd.e': '$n', n: { $add: ['$n', 1] } } }, { $unset: ['at', '_id'] }],
    [{ shop: 'a', n: 2, d: { e: 1 } }],
  ],
  [
    'removes what is computed to nothing',
    [{ $limit: 1 }, { $set: { shop: '$$REMOVE' } }, { $project: { at: 0 } }],
    [{ _id: 1, n: 1 }],
  ],
  ['replaces documents', [{ $limit: 1 }, { $replaceRoot: { newRoot: { k: '$shop' } } }], [{ k: 'a' }]],
  [
    'unwinds',
    [{ $limit: 1 }, { $project: { l: ['x', 'y'] } }, { $unwind: { path: '$l', includeArrayIndex: 'i' } }],
    [
      { _id: 1, l: 'x', i: 0 },
      { _id: 1, l: 'y', i: 1 },
    ],
  ],
  [
    'unwinds what is not there',
    [{ $limit: 1 }, { $project: { l: [] } }, { $unwind: { path: '$l', preserveNullAndEmptyArrays: true } }],
    [{ _id: 1 }],
  ],
  [
    'facets',
    [
      {
        $facet: {
          count: [{ $count: 'n' }],
          top: [{ $sort: { n: -1 } }, { $limit: 1 }, { $project: { n: 1, _id: 0 } }],
        },
      },
    ],
    [{ count: [{ n: 4 }], top: [{ n: 4 }] }],
  ],
  [
    'sums up over the documents before',
    [
      {
        $setWindowFields: {
          sortBy: { n: 1 },
          output: { sum: { $sum: '$n', window: { documents: ['unbounded', 'current'] } } },
        },
      },
      { $project: { sum: 1, _id: 0 } },
    ],
    [{ sum: 1 }, { sum: 3 }, { sum: 6 }, { sum: 10 }],
  ],
  [
    'ranks within partitions',
    [
      { $setWindowFields: { partitionBy: '$shop', sortBy: { n: -1 }, output: { rank: { $rank: {} } } } },
      { $sort: { _id: 1 } },
      { $project: { rank: 1, _id: 0 } },
    ],
    [{ rank: 2 }, { rank: 1 }, { rank: 1 }, { rank: 1 }],
  ],
  [
    'looks at the neighbours',
    [
      {
        $setWindowFields: { sortBy: { _id: 1 }, output: { before: { $shift: { output: '$n', by: -1, default: 0 } } } },
      },
      { $project: { before: 1, _id: 0 } },
    ],
    [{ before: 0 }, { before: 1 }, { before: 2 }, { before: 3 }],
  ],
  [
    'looks back a time',
    [
      {
        $setWindowFields: {
          sortBy: { at: 1 },
          output: { sum: { $sum: '$n', window: { range: [-1, 'current'], unit: 'day' } } },
        },
      },
      { $project: { sum: 1, _id: 0 } },
    ],
    [{ sum: 1 }, { sum: 3 }, { sum: 5 }, { sum: 4 }],
  ],
  [
    'puts into buckets of one size',
    [{ $bucketAuto: { groupBy: '$n', buckets: 2 } }, { $project: { count: 1, _id: 0 } }],
    [{ count: 2 }, { count: 2 }],
  ],
  [
    'begins with documents of its own',
    [{ $match: { _id: 1 } }, { $project: { _id: 0, n: 1 } }, { $unionWith: { coll: 'nothing', pipeline: [] } }],
    [{ n: 1 }],
  ],
];

describe('a pipeline', () => {
  const server = useServer();

  it.each(pipelines)('%s', async (_name, stages, found) => {
    const collection = await server.seed(sales);
    expect(await collection.aggregate(stages).toArray()).toEqual(found);
  });

  it('looks up by fields, with and without an index', async () => {
    const shops = await server.seed([{ _id: id, shop: 'a' }, { _id: new ObjectId(), shop: 'b' }, { shop: null }]);
    const collection = await server.seed(sales);
    const lookup = { from: shops.collectionName, localField: 'shop', foreignField: 'shop', as: 'found' };
    const stages = [{ $lookup: lookup }, { $project: { _id: 0, shops: '$found.shop' } }];
    const expected = [{ shops: ['a'] }, { shops: ['b'] }, { shops: ['a'] }, { shops: [null] }];
    expect(await collection.aggregate(stages).toArray()).toEqual(expected);
    await shops.createIndex({ shop: 1 });
    expect(await collection.aggregate(stages).toArray()).toEqual(expected);
  });

  it('looks up the members of an array', async () => {
    const targets = await server.seed([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
    const collection = await server.seed([{ refs: [1, 3, 9] }]);
    const lookup = { from: targets.collectionName, localField: 'refs', foreignField: '_id', as: 'refs' };
    const [found] = await collection.aggregate([{ $lookup: lookup }]).toArray();
    expect(found?.['refs']).toEqual([{ _id: 1 }, { _id: 3 }]);
  });

  it('looks up by a pipeline with variables', async () => {
    const other = await server.seed(sales);
    const collection = await server.seed([{ _id: 1, shop: 'a' }]);
    const lookup = {
      from: other.collectionName,
      let: { shop: '$shop' },
      pipeline: [{ $match: { $expr: { $eq: ['$shop', '$$shop'] } } }, { $count: 'n' }],
      as: 'found',
    };
    expect(await collection.aggregate([{ $lookup: lookup }]).toArray()).toEqual([
      { _id: 1, shop: 'a', found: [{ n: 2 }] },
    ]);
  });

  it('follows references', async () => {
    const collection = await server.seed([
      { _id: 1, up: null },
      { _id: 2, up: 1 },
      { _id: 3, up: 2 },
    ]);
    const graph = {
      from: collection.collectionName,
      startWith: '$up',
      connectFromField: 'up',
      connectToField: '_id',
      as: 'path',
      depthField: 'depth',
    };
    const [found] = await collection.aggregate([{ $match: { _id: 3 } }, { $graphLookup: graph }]).toArray();
    expect(found?.['path']).toEqual([
      { _id: 2, up: 1, depth: 0 },
      { _id: 1, up: null, depth: 1 },
    ]);
  });

  it('keeps the types of values that only pass through', async () => {
    const values = { a: Long.fromNumber(1), b: new Double(2), c: Decimal128.fromString('3.0') };
    const collection = await server.seed([{ _id: 1, ...values }]);
    const stages = [{ $set: { x: '$a' } }, { $group: { _id: '$b', a: { $first: '$x' }, c: { $sum: '$c' } } }];
    const [found] = await collection.aggregate(stages, { promoteValues: false }).toArray();
    expect(found).toEqual({ _id: new Double(2), a: Long.fromNumber(1), c: Decimal128.fromString('3.0') });
  });

  it('replaces a collection and keeps its indexes', async () => {
    const source = await server.seed(sales);
    const target = await server.seed([{ old: true }]);
    await target.createIndex({ n: 1 }, { unique: true });
    await source.aggregate([{ $match: { shop: 'a' } }, { $out: target.collectionName }]).toArray();
    expect(await target.countDocuments()).toBe(2);
    await expect(target.insertOne({ n: 3 })).rejects.toMatchObject({ code: 11000 });
    const clash = source.aggregate([{ $set: { n: 1 } }, { $out: target.collectionName }]).toArray();
    await expect(clash).rejects.toMatchObject({ code: 11000 });
    expect(await target.countDocuments()).toBe(2);
  });

  it('merges into a collection', async () => {
    const target = await server.seed([{ _id: 1, kept: true, n: 0 }]);
    const source = await server.seed(sales);
    const into = target.collectionName;
    await source.aggregate([{ $project: { n: 1 } }, { $merge: into }]).toArray();
    expect(await target.findOne({ _id: 1 } as Document)).toEqual({ _id: 1, kept: true, n: 1 });
    expect(await target.countDocuments()).toBe(4);
    const added = [{ $set: { n: { $add: ['$n', '$$new.n'] } } }];
    await source.aggregate([{ $merge: { into, whenMatched: added, whenNotMatched: 'discard' } }]).toArray();
    expect((await target.find().sort({ _id: 1 }).toArray()).map(({ n }) => n as number)).toEqual([2, 4, 6, 8]);
    await expect(source.aggregate([{ $merge: { into, on: 'n' } }]).toArray()).rejects.toMatchObject({ code: 2 });
  });

  it('merges into the collection that it reads, once', async () => {
    const collection = await server.seed(sales);
    const stages = [{ $set: { _id: { $add: ['$_id', 100] } } }, { $merge: collection.collectionName }];
    await collection.aggregate(stages).toArray();
    expect(await collection.countDocuments()).toBe(8);
  });

  it.each<[string, Document[], number]>([
    ['an unknown stage', [{ $nope: {} }], 40324],
    ['two stages in one', [{ $match: {}, $limit: 1 }], 40323],
    ['a change stream', [{ $changeStream: {} }], 40573],
    ['a sink that is not the last', [{ $out: 'x' }, { $limit: 1 }], 40601],
    ['a limit of nothing', [{ $limit: 0 }], 2],
  ])('refuses %s', async (_name, stages, code) => {
    const collection = await server.seed(sales);
    await expect(collection.aggregate(stages).toArray()).rejects.toMatchObject({ code });
  });
});
