import { randomBytes } from 'node:crypto';
import { AppError } from '@pelton/contract';
import type { Model } from 'mongoose';
import type { PinoLogger } from 'nestjs-pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../common/ids.js';
import type { Config } from '../config.js';
import { Sealer } from '../infra/sealer.js';
import { openTestDocuments, type TestDocuments } from '../infra/testing/test-documents.js';
import { type KeyedWriteDoc, KeyedWriteSchema } from './keyed-write.schema.js';
import { type KeyedWrite, KeyedWrites } from './keyed-writes.service.js';

let documents: TestDocuments;
let model: Model<KeyedWriteDoc>;
let writes: KeyedWrites;
beforeAll(async () => {
  documents = await openTestDocuments();
  model = await documents.model('KeyedWrite', KeyedWriteSchema);
  const sealer = new Sealer({ secretKey: randomBytes(32) } as Config); // it reads nothing else
  writes = new KeyedWrites(model, sealer, { warn: () => undefined } as unknown as PinoLogger); // told of what is not noted
});
afterAll(() => documents.close());

function named(more: Partial<KeyedWrite> = {}): KeyedWrite {
  return { id: newId(), key: 'order-1017', requestHash: 'a', isRepeatable: false, ...more };
}

/** Counts its effects, and answers with their number. */
function counting(what: { fails?: Error; gate?: Promise<unknown> } = {}) {
  const counted = {
    effects: 0,
    work: async () => {
      await what.gate;
      if (what.fails) throw what.fails;
      return { effect: (counted.effects += 1) };
    },
  };
  return counted;
}

/** A gate that stays shut until it is opened. */
function shut(): { gate: Promise<void>; open: () => void } {
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  return { gate, open: () => open() };
}

/** What a process leaves that died over a write. */
async function leaveDead({ id, requestHash }: KeyedWrite): Promise<void> {
  const past = new Date(Date.now() - 1);
  await model.create({
    _id: id,
    requestHash,
    claim: newId(),
    aliveUntil: past,
    expiresAt: new Date(Date.now() + 60_000),
  });
}

test('a hundred of the same at once have one effect and one answer, and so has one that comes later', async () => {
  const { work } = counting();
  const write = named();
  const answers = await Promise.all(Array.from({ length: 100 }, () => writes.once(write, work)));
  expect(answers).toEqual(answers.map(() => ({ effect: 1 })));
  expect(await writes.once(write, work)).toEqual({ effect: 1 });
});

test('an answer without a body is one without a body again', async () => {
  const write = named();
  expect(await writes.once(write, async () => undefined)).toBeUndefined();
  expect(await writes.once(write, async () => 'another')).toBeUndefined();
});

test('another request under the same key is refused, while the first goes on and when it is done', async () => {
  const { gate, open } = shut();
  const { work } = counting({ gate });
  const write = named();
  const other = { ...write, requestHash: 'b' };
  const first = writes.once(write, work);
  await expect.poll(() => model.countDocuments({ _id: write.id })).toBe(1);
  await expect(writes.once(other, work)).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_USED', status: 422 });
  open();
  expect(await first).toEqual({ effect: 1 });
  await expect(writes.once(other, work)).rejects.toThrow('Another request came with the Idempotency-Key order-1017');
});

test('what was refused leaves its key free, for another request too', async () => {
  const write = named();
  const refused = counting({ fails: new AppError('NOT_FOUND', { noun: 'sync', name: 'x' }) });
  await expect(writes.once(write, refused.work)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await writes.once({ ...write, requestHash: 'b' }, counting().work)).toEqual({ effect: 1 });
});

test.each([
  ['failed in a way that nobody expected', (write: KeyedWrite) => failOver(write)],
  ['died with its process', leaveDead],
])('a write that %s is not done again, unless it is one that may be', async (_what, end) => {
  const { work } = counting();
  const once = named();
  await end(once);
  await expect(writes.once(once, work)).rejects.toMatchObject({ code: 'IDEMPOTENCY_UNKNOWN', status: 409 });
  await expect(writes.once(once, work)).rejects.toThrow('Look whether it had its effect');
  const repeatable = named({ isRepeatable: true });
  await end(repeatable);
  const answers = await Promise.all([0, 1].map(() => writes.once(repeatable, work)));
  expect(answers).toEqual([{ effect: 1 }, { effect: 1 }]);
});

async function failOver(write: KeyedWrite): Promise<void> {
  const down = new AppError('SERVICE_DOWN', { service: 'warehouse', reason: 'gone' });
  await expect(writes.once(write, counting({ fails: down }).work)).rejects.toThrow(down);
}

test('a write that takes long is waited for, but not for ever, and is not taken for dead', async () => {
  const { gate, open } = shut();
  const { work } = counting({ gate });
  const write = named({ isRepeatable: true });
  // Signs of life come three times as often as they are needed: a busy machine may be late with two of them.
  const first = writes.once(write, work, { claimMs: 1_500, waitMs: 0 });
  await expect.poll(() => model.countDocuments({ _id: write.id })).toBe(1);
  await expect(writes.once(write, work, { claimMs: 1_500, waitMs: 2_000 })).rejects.toMatchObject({
    code: 'IDEMPOTENCY_BUSY',
  });
  const second = writes.once(write, work);
  open();
  expect(await Promise.all([first, second])).toEqual([{ effect: 1 }, { effect: 1 }]);
});

test('an answer is kept sealed for seven days, and one that is too long not at all', async () => {
  const write = named();
  const before = Date.now();
  await writes.once(write, async () => ({ secret: 'pk_hunter2' }));
  const kept = await model.findById(write.id).lean();
  expect(JSON.stringify(kept)).not.toContain('hunter2');
  expect(Math.round(((kept?.expiresAt.getTime() ?? 0) - before) / 86_400_000)).toBe(7);
  const long = named();
  const text = 'x'.repeat(4_000_000);
  expect(await writes.once(long, async () => ({ text }))).toEqual({ text });
  await expect(writes.once(long, async () => ({ text }))).rejects.toMatchObject({ code: 'IDEMPOTENCY_UNKNOWN' });
});
