import { setTimeout as pause } from 'node:timers/promises';
import { HttpException, Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, isAppError } from '@pelton/contract';
import type { Model } from 'mongoose';
import { PinoLogger } from 'nestjs-pino';
import { isDuplicate } from '../common/duplicate.js';
import { newId } from '../common/ids.js';
import { Sealer } from '../infra/sealer.js';
import type { KeyedWriteDoc } from './keyed-write.schema.js';

/** So long a sender may send a write again under its key. */
const REMEMBERED_MS = 7 * 86_400_000;
/** A longer answer is not kept: the write counts as one whose outcome is unknown when it comes again. */
const LONGEST_ANSWER = 4_000_000;
/** Looks for another's answer come further apart, up to this. */
const LOOK_AT_LEAST_EVERY_MS = 500;
const TERMS = {
  /** Without a sign of life for so long, whoever carried a write out is dead. */
  claimMs: 15_000,
  /** So long a request waits for the answer of the same one before it. */
  waitMs: 30_000,
};

/** A write as its sender named it. */
export interface KeyedWrite {
  /** Follows from the sender and the key. */
  id: string;
  key: string;
  requestHash: string;
  /** Whether it may be carried out again when nobody knows what became of it. */
  isRepeatable: boolean;
}

/** Carries out a write once for a key of its sender, and gives whoever sends it again the same answer. */
@Injectable()
export class KeyedWrites {
  constructor(
    @InjectModel('KeyedWrite') private readonly writes: Model<KeyedWriteDoc>,
    private readonly sealer: Sealer,
    private readonly logger: PinoLogger,
  ) {}

  /**
   * @param work what the write does; a refusal (4xx) means that it did nothing
   * @throws what the work throws, and IDEMPOTENCY_KEY_USED, IDEMPOTENCY_UNKNOWN, IDEMPOTENCY_BUSY
   */
  async once(write: KeyedWrite, work: () => Promise<unknown>, terms = TERMS): Promise<unknown> {
    const giveUpAt = Date.now() + terms.waitMs;
    for (;;) {
      const claim = await this.claim(write, terms.claimMs);
      if (claim) return this.carryOut({ id: write.id, claim, work }, terms.claimMs);
      const another = await this.awaitAnother(write, giveUpAt);
      if (another) return another.answer;
    }
  }

  private async claim({ id, requestHash }: KeyedWrite, claimMs: number): Promise<string | undefined> {
    const now = Date.now();
    const [aliveUntil, expiresAt] = [new Date(now + claimMs), new Date(now + REMEMBERED_MS)];
    const claim = newId();
    try {
      await this.writes.create({ _id: id, requestHash, claim, aliveUntil, expiresAt });
      return claim;
    } catch (error) {
      if (isDuplicate(error)) return undefined;
      throw error;
    }
  }

  /** @returns the answer to the request that came before; undefined when that left none and the write may be claimed */
  private async awaitAnother(write: KeyedWrite, giveUpAt: number): Promise<{ answer: unknown } | undefined> {
    for (let waitMs = 20; ; waitMs = Math.min(waitMs * 2, LOOK_AT_LEAST_EVERY_MS)) {
      const found = await this.writes.findById(write.id).lean();
      if (!found) return undefined;
      if (found.requestHash !== write.requestHash) throw new AppError('IDEMPOTENCY_KEY_USED', { key: write.key });
      if (found.answer !== undefined) return { answer: this.open(write.id, found.answer) };
      if (found.aliveUntil.getTime() <= Date.now()) {
        if (!write.isRepeatable) throw new AppError('IDEMPOTENCY_UNKNOWN', { key: write.key });
        await this.writes.deleteOne({ _id: write.id, claim: found.claim });
        return undefined;
      }
      if (Date.now() >= giveUpAt) throw new AppError('IDEMPOTENCY_BUSY', { key: write.key });
      await pause(waitMs);
    }
  }

  private async carryOut(
    { id, claim, work }: { id: string; claim: string; work: () => Promise<unknown> },
    claimMs: number,
  ): Promise<unknown> {
    const mine = { _id: id, claim };
    const live = (forMs: number) => this.writes.updateOne(mine, { aliveUntil: new Date(Date.now() + forMs) });
    const heart = setInterval(() => void this.noted(live(claimMs)), claimMs / 3);
    try {
      const answer = await work();
      const text = this.seal(id, answer);
      await this.noted(text === undefined ? live(0) : this.writes.updateOne(mine, { answer: text }));
      return answer;
    } catch (error) {
      await this.noted(didNothing(error) ? this.writes.deleteOne(mine) : live(0));
      throw error;
    } finally {
      clearInterval(heart);
    }
  }

  /** What was done is done: without a note of it, its outcome is unknown to whoever comes later, but not to who waits here. */
  private async noted(note: PromiseLike<unknown>): Promise<void> {
    try {
      await note;
    } catch (error) {
      this.logger.warn({ err: error }, 'write.not_noted');
    }
  }

  private seal(id: string, answer: unknown): string | undefined {
    const text = answer === undefined ? '' : JSON.stringify(answer);
    return text.length > LONGEST_ANSWER ? undefined : this.sealer.seal(text, placeOf(id));
  }

  private open(id: string, sealed: string): unknown {
    const text = this.sealer.open(sealed, placeOf(id));
    return text === '' ? undefined : JSON.parse(text);
  }
}

function placeOf(id: string): string {
  return `answer of the write ${id}`;
}

/** A refusal comes before any effect. */
function didNothing(error: unknown): boolean {
  if (isAppError(error)) return error.status < 500;
  return error instanceof HttpException && error.getStatus() < 500;
}
