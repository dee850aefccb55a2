import { Injectable } from '@nestjs/common';
import type { Reject, RejectCode, RejectCount, RejectFilter, ReplayAnswer, ReplayInput } from '@pelton/contract';
import { WarehouseService } from '../infra/warehouse.service.js';
import { IngestService } from './ingest.service.js';
import { asObject } from './protocols/batch.js';
import { readWebhook } from './protocols/webhook.js';
import { markReplayedStatement, rejectCountsQuery, rejectPageQuery, rejectsByIdQuery } from './reject.queries.js';
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

/** Events that were not taken: to see why, to mend and to send them again. */
@Injectable()
export class RejectsService {
  constructor(
    private readonly warehouse: WarehouseService,
    private readonly ingest: IngestService,
    private readonly webhooks: WebhooksService,
  ) {}

  async list(projectId: string, filter: RejectFilter & { limit: number; offset: number }): Promise<Reject[]> {
    const { admin, database } = await this.warehouse.project(projectId);
    return (await admin.rows<RejectRow>(rejectPageQuery(database, filter))).map(toReject);
  }

  async counts(projectId: string): Promise<RejectCount[]> {
    const { admin, database } = await this.warehouse.project(projectId);
    const rows = await admin.rows<Omit<RejectCount, 'lastAt'> & { last_at: string }>(rejectCountsQuery(database));
    return rows.map(({ code, source, count, last_at }) => ({ code, source, count, lastAt: last_at }));
  }

  /**
   * Sends rejects through the checks of today, as if they came when they came. What is taken is marked; what is not
   * stays as it is, with its new reason in the answer.
   */
  async replay(projectId: string, { ids, set }: ReplayInput): Promise<ReplayAnswer> {
    const { admin, database } = await this.warehouse.project(projectId);
    const rows = await admin.rows<RejectRow>(rejectsByIdQuery(database, ids));
    const rejected: ReplayAnswer['rejected'] = [];
    const taken: string[] = [];
    for (const row of rows) {
      const reason = row.is_whole ? await this.replayOne(projectId, row, set) : { code: row.code, reason: CUT_OFF };
      if (reason) rejected.push({ id: row.reject_id, ...reason });
      else taken.push(row.reject_id);
    }
    if (taken.length > 0) await admin.run(markReplayedStatement(database, taken));
    return { accepted: taken.length, rejected };
  }

  private async replayOne(projectId: string, row: RejectRow, set: ReplayInput['set']) {
    const came: unknown = JSON.parse(row.body);
    const mapped = row.source.startsWith('webhook:') ? await this.mapAgain(projectId, row.source, came) : came;
    // An event without an id of its own takes the reject's, so that a replay that is repeated counts once.
    const call = { messageId: row.reject_id, ...withoutEmpty(asObject(mapped)), ...set };
    const batch = { calls: [call], source: row.source, sentAt: row.sent_at ?? undefined };
    const sender = { projectId, keyId: row.key_id };
    const { rejected } = await this.ingest.process(sender, batch, Date.parse(row.received_at), { keepRejects: false });
    const [first] = rejected;
    return first && { code: first.code, reason: first.reason };
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

function toReject(row: RejectRow): Reject {
  return {
    id: row.reject_id,
    receivedAt: row.received_at,
    source: row.source,
    keyId: row.key_id,
    messageId: row.message_id,
    code: row.code,
    reason: row.reason,
    body: row.body,
    isWhole: row.is_whole === 1,
    replayedAt: row.replayed_at,
  };
}
