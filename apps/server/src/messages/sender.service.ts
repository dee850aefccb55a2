import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AppError, isAppError, type Message } from '@pelton/contract';
import { bind, identifier, sql } from '@pelton/sdk';
import { ConnectionsService, type OpenConnection } from '../connections/connections.service.js';
import { PublicUrl } from '../infra/public-url.js';
import type { ProjectSql } from '../infra/warehouse.service.js';
import { type Installed, PluginsService } from '../plugins/plugins.service.js';
import { TrackingTokens } from '../tracking/tokens.js';
import type { DeliveryDoc } from './delivery.schema.js';
import { Outbox } from './outbox.service.js';
import { Renderer, templatesOf } from './renderer.js';

/** One step's messages on their way out. */
export interface Sending {
  projectId: string;
  project: ProjectSql;
  runId: string;
  stepId: string;
  message: Message;
  signal: AbortSignal;
  /** Throws when the messages are somebody else's to send by now. */
  confirm: () => Promise<void>;
}

interface Reachable {
  delivery: DeliveryDoc;
  address: string;
  traits: Record<string, string>;
}

/** Takes accepted messages to their ends: claim, check who may be written to, render, hand to the channel, write down. */
@Injectable()
export class Sender {
  constructor(
    private readonly outbox: Outbox,
    private readonly connections: ConnectionsService,
    private readonly plugins: PluginsService,
    private readonly renderer: Renderer,
    private readonly tokens: TrackingTokens,
    private readonly publicUrl: PublicUrl,
  ) {}

  /**
   * Sends every accepted message of a step.
   * @throws CHANNEL_UNREACHABLE, SECRET_MISSING or TEMPLATE_BROKEN; what had not left is still accepted
   */
  async sendAll(sending: Sending): Promise<void> {
    const { runId, stepId, projectId, message, signal } = sending;
    const connection = await this.connections.open(projectId, message.connection);
    const channel = this.plugins.get('channel', connection.uses);
    requireSecrets(connection, channel);
    await this.outbox.settleAbandoned(runId, stepId);
    const { batch } = channel.spec.limits;
    const perSecond =
      typeof connection.config.perSecond === 'number' ? connection.config.perSecond : channel.spec.limits.perSecond;
    for (;;) {
      await sending.confirm();
      const started = performance.now();
      const claimed = await this.outbox.claim(runId, stepId, batch);
      if (claimed.length === 0) return;
      await this.sendBatch(sending, connection, channel, claimed);
      const leastMs = (claimed.length / perSecond) * 1000 - (performance.now() - started);
      if (leastMs > 0) await pause(leastMs, undefined, { signal });
    }
  }

  private async sendBatch(
    sending: Sending,
    connection: OpenConnection,
    channel: Installed<'channel'>,
    claimed: DeliveryDoc[],
  ): Promise<void> {
    try {
      const reachable = await this.suppressUnreachable(sending, channel, claimed);
      if (reachable.length === 0) return;
      const batch = await this.prepare(sending, channel, reachable);
      const results = await channel.calls.send({ config: connection.config, secrets: connection.secrets, batch });
      const answered = new Set(results.map((result) => result.id));
      const silent = reachable.filter(({ delivery }) => !answered.has(delivery._id));
      const unknown = silent.map(({ delivery }) => ({
        id: delivery._id,
        state: 'uncertain' as const,
        reason: 'the channel did not say',
      }));
      await this.outbox.settle(claimed, [...results, ...unknown]);
    } catch (error) {
      // These errors mean that nothing of the batch left; after any other one, nobody knows.
      const nothingLeft =
        isAppError(error) &&
        ['CHANNEL_UNREACHABLE', 'TEMPLATE_BROKEN', 'PARAM_INVALID', 'SERVICE_DOWN', 'SECRET_MISSING'].includes(
          error.code,
        );
      if (nothingLeft) await this.outbox.release(claimed.map((delivery) => delivery._id));
      else await this.outbox.settleAbandoned(sending.runId, sending.stepId);
      throw error instanceof AppError && error.code === 'CHANNEL_UNREACHABLE'
        ? named(error as AppError<'CHANNEL_UNREACHABLE'>, connection)
        : error;
    }
  }

  /** Suppresses who has no address or does not want messages, as of this moment and not of the run's start. */
  private async suppressUnreachable(
    { project, projectId }: Sending,
    channel: Installed<'channel'>,
    claimed: DeliveryDoc[],
  ): Promise<Reachable[]> {
    const userIds = claimed.map((delivery) => delivery.userId);
    const { admin, database } = project;
    const rows = await admin.rows<{ user_id: string; traits: Record<string, string> }>(
      sql`SELECT user_id, traits FROM ${identifier(database, 'users')} WHERE user_id IN (${bind('Array(String)', userIds)})`,
    );
    const traitsOf = new Map(rows.map((row) => [row.user_id, row.traits]));
    const unwilling = await this.outbox.suppressedAmong(projectId, channel.spec.id, userIds);
    const reachable = claimed.flatMap((delivery) => {
      const traits = traitsOf.get(delivery.userId) ?? {};
      const address = traits[channel.spec.address];
      return address && !unwilling.has(delivery.userId) ? [{ delivery, address, traits }] : [];
    });
    const reached = new Set(reachable.map(({ delivery }) => delivery._id));
    const rest = claimed.filter((delivery) => !reached.has(delivery._id));
    const declined = rest.filter((delivery) => unwilling.has(delivery.userId));
    const nowhere = rest.filter((delivery) => !unwilling.has(delivery.userId));
    await this.outbox.suppress(
      declined.map((delivery) => delivery._id),
      'unsubscribed',
    );
    await this.outbox.suppress(
      nowhere.map((delivery) => delivery._id),
      `no ${channel.spec.address}`,
    );
    return reachable;
  }

  private async prepare({ message }: Sending, channel: Installed<'channel'>, reachable: Reachable[]) {
    const rows = reachable.map(({ delivery, traits }) => ({
      user: { ...traits, id: delivery.userId },
      unsubscribe_url: this.linksOf(delivery).unsubscribe,
    }));
    const contents = await this.renderer.render(message.content, channel.spec.content, rows);
    const htmlFields = templatesOf(message.content, channel.spec.content).filter((template) => template.isHtml);
    const { trackHtml } = await import('../tracking/links.js'); // it reads HTML, which Pelton need not know to start
    return reachable.map(({ delivery, address }, index) => {
      const content = { ...contents[index] };
      const links = this.linksOf(delivery);
      for (const { field } of htmlFields) content[field] = trackHtml(String(content[field]), links);
      return { id: delivery._id, to: address, content, unsubscribeUrl: links.unsubscribe };
    });
  }

  private linksOf({ projectId, _id: deliveryId }: DeliveryDoc) {
    const base = this.publicUrl.get();
    const token = (kind: 'open' | 'unsubscribe') => this.tokens.write({ kind, projectId, deliveryId });
    return {
      open: `${base}/t/o/${token('open')}.gif`,
      unsubscribe: `${base}/t/u/${token('unsubscribe')}`,
      click: (url: string) => `${base}/t/c/${this.tokens.write({ kind: 'click', projectId, deliveryId, url })}`,
    };
  }
}

/** A secret that the configuration asks for by naming a user, such as an SMTP password, has to be there. */
function requireSecrets({ title, config, secrets }: OpenConnection, { spec }: Installed<'channel'>): void {
  const missing = spec.secrets.find((secret) => !secrets[secret]);
  if (missing && config.user) throw new AppError('SECRET_MISSING', { connection: title, secret: missing });
}

function named(error: AppError<'CHANNEL_UNREACHABLE'>, connection: OpenConnection): AppError {
  return new AppError(
    'CHANNEL_UNREACHABLE',
    { connection: connection.title, reason: error.facts.reason },
    { cause: error },
  );
}
