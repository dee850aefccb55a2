import { Injectable } from '@nestjs/common';
import {
  AppError,
  type Reject,
  type RejectCode,
  type RejectCount,
  type RejectFilter,
  type RejectTotal,
  type ReplayAnswer,
  type ReplayInput,
  type ReplayMatchingInput,
} from '@pelton/contract';
import { WarehouseService } from '../infra/warehouse.service.js';
import { KeysService } from '../keys/keys.service.js';
import { IngestService } from './ingest.service.js';
import { asObject } from './protocols/batch.js';
import { readWebhook } from './protocols/webhook.js';
import {
  markReplayedStatement,
  rejectCountsQuery,
  rejectPageQuery,
  rejectsByIdQuery,
  rejectTotalQuery,
  replayableIdsQuery,
} from './reject.queries.js';
import { WebhooksService } from './webhooks.service.js';

interface RejectRow {
  reject_id: string;
  received_at: string;
  sent_at: string | null;
  source: string;
  key_id: string;
  message_id: string;
  code: RejectCode;
  reason: string;
  body: string;
  is_whole: number;
  replayed_at: string | null;
}

type CountRow = Pick<RejectRow, 'code' | 'source' | 'key_id'> & { count: number; last_at: string };

interface Outcome {
  id: string;
  refused: { code: RejectCode; reason: string } | undefined;
}

const MOST_AT_ONCE = 5_000;
const REPLAYED_TOGETHER = 500;
const MOST_NAMED = 100;

/** Events that were not taken: to see why, to mend and to send them again. */
@Injectable()
export class RejectsService {
  constructor(
    private readonly warehouse: WarehouseService,
    private readonly ingest: IngestService,
    private readonly webhooks: WebhooksService,
    private readonly keys: KeysService,
  ) {}

  async list(projectId: string, filter: RejectFilter & { limit: number; offset: number }): Promise<Reject[]> {
    const { admin, database } = await this.warehouse.project(projectId);
    const rows = await admin.rows<RejectRow>(rejectPageQuery(database, filter));
    const titles = await this.keys.titles(projectId, keysOf(rows));
    return rows.map((row) => toReject(row, titles));
  }

  async total(projectId: string, filter: RejectFilter): Promise<RejectTotal> {
    const { admin, database } = await this.warehouse.project(projectId);
    return admin.row<RejectTotal>(rejectTotalQuery(database, filter));
  }

  async counts(projectId: string): Promise<RejectCount[]> {
    const { admin, database } = await this.warehouse.project(projectId);
    const rows = await admin.rows<CountRow>(rejectCountsQuery(database));
    const titles = await this.keys.titles(projectId, keysOf(rows));
    return rows.map(({ code, source, key_id, count, last_at }) => ({
      ...{ code, source, count, keyId: key_id, lastAt: last_at },
      keyTitle: titles.get(key_id) ?? '',
    }));
  }

  /**
   * Sends rejects through the checks of today, as if they came when they came. What is taken is marked; what is not
   * stays as it is, with its new reason in the answer.
   */
  async replay(projectId: string, { ids, set }: ReplayInput): Promise<ReplayAnswer> {
    const { admin, database } = await this.warehouse.project(projectId);
    const rows = await admin.rows<RejectRow>(rejectsByIdQuery(database, ids));
    // At once, so that what is stored is stored together.
    const outcomes = await Promise.all(rows.map((row) => this.replayOne(projectId, row, set)));
    return this.conclude(projectId, outcomes);
  }

  /** As {@link replay}, for all open ones that a filter lets through. */
  async replayMatching(projectId: string, { filter, set }: ReplayMatchingInput): Promise<ReplayAnswer> {
    const { admin, database } = await this.warehouse.project(projectId);
    const found = await admin.rows<{ reject_id: string }>(replayableIdsQuery(database, filter, MOST_AT_ONCE));
    const answer: ReplayAnswer = { accepted: 0, refused: 0, rejected: [] };
    for (let from = 0; from < found.length; from += REPLAYED_TOGETHER) {
      const ids = found.slice(from, from + REPLAYED_TOGETHER).map(({ reject_id }) => reject_id);
      const { accepted, refused, rejected } = await this.replay(projectId, { ids, set });
      answer.accepted += accepted;
      answer.refused += refused;
      answer.rejected.push(...rejected.slice(0, MOST_NAMED - answer.rejected.length));
    }
    return answer;
  }

  /** As {@link replay}, with the event as somebody has mended it; also for one that is not kept whole. @throws NOT_FOUND */
  async mend(projectId: string, id: string, body: Record<string, unknown>): Promise<ReplayAnswer> {
    const { admin, database } = await this.warehouse.project(projectId);
    const [row] = await admin.rows<RejectRow>(rejectsByIdQuery(database, [id]));
    if (!row) throw new AppError('NOT_FOUND', { noun: 'reject', name: id });
    const mended = { ...row, body: JSON.stringify(body), is_whole: 1 };
    return this.conclude(projectId, [await this.replayOne(projectId, mended, {})]);
  }

  /** Marks those that were taken. */
  private async conclude(projectId: string, outcomes: readonly Outcome[]): Promise<ReplayAnswer> {
    const { admin, database } = await this.warehouse.project(projectId);
    const taken = outcomes.flatMap(({ id, refused }) => (refused ? [] : [id]));
    const rejected = outcomes.flatMap(({ id, refused }) => (refused ? [{ id, ...refused }] : []));
    if (taken.length > 0) await admin.run(markReplayedStatement(database, taken));
    return { accepted: taken.length, refused: rejected.length, rejected: rejected.slice(0, MOST_NAMED) };
  }

  private async replayOne(projectId: string, row: RejectRow, set: ReplayInput['set']): Promise<Outcome> {
    const id = row.reject_id;
    if (!row.is_whole) return { id, refused: { code: row.code, reason: CUT_OFF } };
    const came: unknown = JSON.parse(row.body);
    const mapped = row.source.startsWith('webhook:') ? await this.mapAgain(projectId, row.source, came) : came;
    // An event without an id of its own takes the reject's, so that a replay that is repeated counts once.
    const call = { messageId: id, ...withoutEmpty(asObject(mapped)), ...set };
    const batch = { calls: [call], source: row.source, sentAt: row.sent_at ?? undefined };
    const sender = { projectId, keyId: row.key_id };
    const { rejected } = await this.ingest.process(sender, batch, Date.parse(row.received_at), { keepRejects: false });
    const [first] = rejected;
    return { id, refused: first && { code: first.code, reason: first.reason } };
  }

  /** By the mapping of today, which may have been mended since. */
  private async mapAgain(projectId: string, source: string, item: unknown): Promise<unknown> {
    const { name, mapping } = await this.webhooks.get(projectId, source.slice('webhook:'.length));
    return readWebhook([item], { name, mapping: { ...mapping, items: undefined } }).calls[0];
  }
}

const CUT_OFF = 'It was too large to be kept whole. Send it again from where it came.';

function withoutEmpty(call: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(call).filter(([name, value]) => name !== 'messageId' || Boolean(value)));
}

function keysOf(rows: readonly { key_id: string }[]): string[] {
  return [...new Set(rows.map(({ key_id }) => key_id))];
}

function toReject(row: RejectRow, titles: ReadonlyMap<string, string>): Reject {
  return {
    id: row.reject_id,
    receivedAt: row.received_at,
    source: row.source,
    keyId: row.key_id,
    keyTitle: titles.get(row.key_id) ?? '',
    messageId: row.message_id,
    code: row.code,
    reason: row.reason,
    body: row.body,
    isWhole: row.is_whole === 1,
    replayedAt: row.replayed_at,
  };
}
