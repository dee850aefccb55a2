import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError } from '@pelton/contract';
import type { Model } from 'mongoose';
import { isDuplicate } from '../common/duplicate.js';
import { isGone, WORKER_ID } from '../runs/worker-id.js';
import type { JourneyTurnDoc } from './journey.schema.js';

const LEASE_MS = 60_000;
const ASK_EVERY_MS = 100;
const ASK_FOR_MS = 10_000;
/** Fences of rows that were written without a turn are lower. */
const FIRST_FENCE = 10;

/** The right to decide about waiting users. */
export interface Turn {
  /** Grows with each turn: of two who write, the later one is right. */
  fence: number;
  /** False when the turn was lost meanwhile; asking makes it last longer. */
  isMine(): Promise<boolean>;
}

/** Lets one process at a time decide about waiting users. A process that stalls loses its turn. */
@Injectable()
export class JourneyTurns {
  constructor(@InjectModel('JourneyTurn') private readonly turns: Model<JourneyTurnDoc>) {}

  /** Does something in a turn of its own; undefined when somebody else has the turn. */
  async tryTurn<T>(work: (turn: Turn) => Promise<T>): Promise<T | undefined> {
    const fence = await this.take();
    if (fence === undefined) return undefined;
    const mine = { _id: 'turn' as const, holder: WORKER_ID, fence };
    const isMine = async () => {
      const renewed = await this.turns.updateOne(mine, { $set: { until: leaseEnd() } });
      return renewed.matchedCount === 1;
    };
    try {
      return await work({ fence, isMine });
    } finally {
      await this.turns.updateOne(mine, { $set: { until: new Date(0) } });
    }
  }

  /** The same, waiting until it may. @throws SERVICE_DOWN when others decide for too long */
  async inTurn<T>(work: (turn: Turn) => Promise<T>): Promise<T> {
    const end = Date.now() + ASK_FOR_MS;
    while (Date.now() < end) {
      const done = await this.tryTurn(async (turn) => ({ value: await work(turn) }));
      if (done) return done.value;
      await pause(ASK_EVERY_MS);
    }
    throw new AppError('SERVICE_DOWN', { service: 'journeys', reason: 'users are being let go on; try again' });
  }

  private async take(): Promise<number | undefined> {
    const current = await this.turns.findById('turn').lean();
    if (!current) return this.takeFirst();
    if (current.until > new Date() && !isGone(current.holder)) return undefined;
    const { fence } = current;
    const taken = await this.turns.updateOne(
      { _id: 'turn', fence, until: current.until },
      { $set: { holder: WORKER_ID, until: leaseEnd(), fence: fence + 1 } },
    );
    return taken.modifiedCount === 1 ? fence + 1 : undefined;
  }

  private async takeFirst(): Promise<number | undefined> {
    try {
      await this.turns.create({ _id: 'turn', holder: WORKER_ID, until: leaseEnd(), fence: FIRST_FENCE });
      return FIRST_FENCE;
    } catch (error) {
      if (isDuplicate(error)) return undefined;
      throw error;
    }
  }
}

function leaseEnd(): Date {
  return new Date(Date.now() + LEASE_MS);
}
