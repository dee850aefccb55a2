import { Injectable } from '@nestjs/common';
import { EventsService } from '../events/events.service.js';
import type { DeliveryDoc } from '../messages/delivery.schema.js';
import { Outbox } from '../messages/outbox.service.js';
import { type TrackedLink, TrackingTokens } from './tokens.js';

/** Turns what people do with a message into events: this is where the loop closes. */
@Injectable()
export class TrackingService {
  constructor(
    private readonly tokens: TrackingTokens,
    private readonly outbox: Outbox,
    private readonly events: EventsService,
  ) {}

  async open(token: string): Promise<void> {
    const found = await this.find(token, 'open');
    if (found && (await this.outbox.noteReaction(found.delivery._id, 'openedAt')))
      await this.store(found.delivery, 'Message Opened', 'opened', {});
  }

  /** @returns where the link leads; undefined for a token that is not ours */
  async click(token: string): Promise<string | undefined> {
    const link = this.tokens.read(token);
    if (link?.kind !== 'click') return undefined;
    const delivery = await this.outbox.find(link.projectId, link.deliveryId);
    if (delivery) {
      await this.outbox.noteReaction(delivery._id, 'clickedAt');
      await this.store(delivery, 'Message Clicked', `clicked-${link.url}`, { url: link.url });
    }
    return link.url;
  }

  /** True for a link that can unsubscribe somebody. */
  isUnsubscribe(token: string): boolean {
    return this.tokens.read(token)?.kind === 'unsubscribe';
  }

  async unsubscribe(token: string): Promise<boolean> {
    const found = await this.find(token, 'unsubscribe');
    if (!found) return false;
    const { projectId, channel, userId, message } = found.delivery;
    await this.outbox.suppressUser(projectId, channel, userId, `unsubscribed by ${message}`);
    await this.store(found.delivery, 'Unsubscribed', 'unsubscribed', {});
    return true;
  }

  private async find(token: string, kind: TrackedLink['kind']): Promise<{ delivery: DeliveryDoc } | undefined> {
    const link = this.tokens.read(token);
    if (link?.kind !== kind) return undefined;
    const delivery = await this.outbox.find(link.projectId, link.deliveryId);
    return delivery && { delivery };
  }

  /** The same reaction to the same message is one event, however often it comes. */
  private async store(
    delivery: DeliveryDoc,
    event: string,
    reaction: string,
    properties: Record<string, unknown>,
  ): Promise<void> {
    const { _id, projectId, userId, message, channel, pipeline, stepId, runId } = delivery;
    await this.events.store(projectId, [
      {
        messageId: `${_id}-${reaction}`,
        type: 'track',
        event,
        userId,
        timestamp: new Date().toISOString(),
        properties: { message, channel, delivery: _id, pipeline, step: stepId, run: runId, ...properties },
        source: channel,
      },
    ]);
  }
}
