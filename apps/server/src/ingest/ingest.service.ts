import { Injectable, Inject } from '@nestjs/common';
import { AppError, LIMITS, type RejectCode, type RejectedEvent, type TrackingAnswer } from '@pelton/contract';
import { newId } from '../common/ids.js';
import { CONFIG, type Config } from '../config.js';
import { checkCall } from './check-call.js';
import { DurableStore } from './durable-store.service.js';
import { type Derived, derivedLines } from './derived-lines.js';
import { type Arrival, type EventLine, eventLine, timeOf } from './event-line.js';
import { type Line, together } from './group-commit.js';
import { arrivedBatch } from './live/arrived-batch.js';
import { LiveService } from './live/live.service.js';
import { isObject, type Batch } from './protocols/batch.js';
import { rejectLine } from './reject-line.js';
import { RateLimit } from './rate-limit.js';
import type { Sender } from './sender.js';

/** Rows in memory that are not stored yet; more would only make everybody wait longer. */
const MOST_WAITING = 100_000;

/** An event on its way: its place in the batch, and the rows that it became. */
interface Taken {
  index: number;
  raw: unknown;
  event: EventLine & Line;
  derived: Derived;
}

/** What became of a batch; each call is in one of the two. */
interface Processed {
  taken: Taken[];
  rejected: RejectedEvent[];
}

/** The one way in for events, whatever the protocol. */
@Injectable()
export class IngestService {
  private readonly limit: RateLimit;

  constructor(
    private readonly store: DurableStore,
    private readonly live: LiveService,
    @Inject(CONFIG) config: Config,
  ) {
    this.limit = new RateLimit(config.eventsPerSecond);
  }

  /**
   * Stores a batch. What the answer does not name as rejected is durable.
   * @throws EVENTS_REJECTED when none was taken, BODY_TOO_LARGE, TOO_MANY_EVENTS, SERVICE_DOWN; then nothing is lost by sending again
   */
  async take(sender: Sender, batch: Batch): Promise<TrackingAnswer> {
    this.admit(sender, batch);
    const receivedAt = Date.now();
    const { taken, rejected } = await this.process(sender, batch, receivedAt, { keepRejects: true });
    this.live.note(sender.projectId, arrivedBatch(sender, batch, receivedAt, { taken, rejected }));
    const answer = { success: rejected.length === 0, accepted: taken.length, rejected };
    if (answer.accepted === 0 && answer.rejected.length > 0)
      throw new AppError('EVENTS_REJECTED', { rejected: answer.rejected });
    return answer;
  }

  /** As {@link take}, for calls that came earlier: without limits, and with the time at which they came. */
  async process(
    sender: Pick<Sender, 'projectId' | 'keyId'>,
    batch: Batch,
    receivedAt: number,
    { keepRejects }: { keepRejects: boolean },
  ): Promise<Processed> {
    const arrival: Arrival = { receivedAt, sentAt: timeOf(batch.sentAt), source: batch.source, newId };
    const taken: Taken[] = [];
    const rejected: { event: RejectedEvent; raw: unknown }[] = [];
    const refuse = (index: number, raw: unknown, code: RejectCode, reason: string) =>
      rejected.push({
        raw: batch.originals?.[index] ?? raw,
        event: { index, messageId: messageIdOf(raw), code, reason },
      });
    for (const [index, raw] of batch.calls.entries()) {
      const checked = checkCall(raw);
      if ('code' in checked) {
        refuse(index, raw, checked.code, checked.reason);
        continue;
      }
      const event = eventLine(checked.call, arrival);
      if ('code' in event) refuse(index, raw, event.code, event.reason);
      else taken.push({ index, raw, event, derived: derivedLines(checked.call, event) });
    }
    const lineOf = (one: (typeof rejected)[number]): Line => ({
      line: rejectLine({ ...one.event, raw: one.raw, keyId: sender.keyId, ...arrival }),
    });
    await this.store.add(
      sender.projectId,
      together([
        ...taken.map(({ event, derived }) => ({ events: [event], ...derived })),
        { rejects: keepRejects ? rejected.map(lineOf) : [] },
      ]),
    );
    const late = taken.filter(({ event }) => event.refused !== undefined);
    if (late.length > 0) {
      const before = rejected.length;
      for (const { index, raw, event } of late) refuse(index, raw, 'REFUSED', event.refused ?? '');
      if (keepRejects)
        await this.store.add(sender.projectId, together([{ rejects: rejected.slice(before).map(lineOf) }]));
    }
    return {
      taken: taken.filter(({ event }) => event.refused === undefined),
      rejected: rejected.map(({ event }) => event),
    };
  }

  private admit(sender: Sender, batch: Batch): void {
    const events = batch.calls.length;
    if (events > LIMITS.eventsPerBatch)
      throw new AppError('BODY_TOO_LARGE', {
        what: `The batch has ${events} events`,
        limit: `${LIMITS.eventsPerBatch} events`,
      });
    const seconds = this.limit.take(sender.keyId, Math.max(1, events), Date.now());
    if (seconds > 0)
      throw new AppError('TOO_MANY_EVENTS', { seconds, what: 'this API key has sent more than it may in a second' });
    if (this.store.waitingRows > MOST_WAITING)
      throw new AppError('TOO_MANY_EVENTS', { seconds: 1, what: 'too many wait to be stored' });
  }
}

function messageIdOf(raw: unknown): string {
  return isObject(raw) && typeof raw.messageId === 'string' ? raw.messageId.slice(0, 100) : '';
}
