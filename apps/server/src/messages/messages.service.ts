import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Delivery, DeliveryCounts, Message, MessageInput, MessagePreview, MessageSample } from '@pelton/contract';
import { AppError, identifier, sql } from '@pelton/sdk';
import type { Model } from 'mongoose';
import type { Actor } from '../common/allow.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { DefinitionStore } from '../definitions/definition-store.js';
import type { DefinitionVersionDoc } from '../definitions/definition.schema.js';
import { UsageService } from '../definitions/usage.service.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import { PluginsService } from '../plugins/plugins.service.js';
import type { DeliveryDoc } from './delivery.schema.js';
import type { MessageDoc } from './message.schema.js';
import { Outbox } from './outbox.service.js';
import { Renderer, templatesOf } from './renderer.js';
import { unwritten } from './unwritten.js';

@Injectable()
export class MessagesService {
  private readonly store: DefinitionStore<MessageDoc>;

  constructor(
    @InjectModel('Message') model: Model<MessageDoc>,
    @InjectModel('DefinitionVersion') versions: Model<DefinitionVersionDoc>,
    private readonly connections: ConnectionsService,
    private readonly plugins: PluginsService,
    private readonly renderer: Renderer,
    private readonly outbox: Outbox,
    private readonly warehouse: WarehouseService,
    private readonly usage: UsageService,
  ) {
    this.store = new DefinitionStore(model, versions, 'message');
  }

  async definitions(projectId: string): Promise<Message[]> {
    return (await this.store.list(projectId)).map(toMessage);
  }

  async list(projectId: string): Promise<(Message & { counts: DeliveryCounts })[]> {
    const docs = await this.store.list(projectId);
    return Promise.all(
      docs.map(async (doc) => ({ ...toMessage(doc), counts: await this.outbox.countsOfMessage(projectId, doc.name) })),
    );
  }

  async find(projectId: string, name: string): Promise<Message> {
    return toMessage(await this.store.find(projectId, name));
  }

  async create(actor: Pick<Actor, 'projectId' | 'name'>, input: MessageInput): Promise<Message> {
    await this.checkContent(actor.projectId, input);
    return toMessage(await this.store.create(actor, input));
  }

  async update(actor: Actor, name: string, input: MessageInput): Promise<Message> {
    await this.checkContent(actor.projectId, input);
    return toMessage(await this.store.update(actor, name, { ...input, name }));
  }

  async remove(projectId: string, name: string): Promise<void> {
    await this.usage.refuseIfUsed(projectId, 'message', name);
    await this.store.remove(projectId, name);
  }

  counts(projectId: string, name: string): Promise<DeliveryCounts> {
    return this.outbox.countsOfMessage(projectId, name);
  }

  async deliveries(projectId: string, name: string, page: { limit: number; offset: number }): Promise<Delivery[]> {
    return (await this.outbox.list(projectId, name, page)).map(toDelivery);
  }

  /** The content as one user would get it, without tracking; with no user, as somebody without traits would. */
  async preview(
    projectId: string,
    input: Pick<MessageInput, 'connection' | 'content'>,
    userId: string | undefined,
  ): Promise<MessagePreview> {
    const { content: schema } = await this.channelSpec(projectId, input.connection);
    const traits = userId ? await this.traitsOfUser(projectId, userId) : {};
    const row = { user: { ...traits, id: userId ?? '' }, unsubscribe_url: '#' };
    const [content = {}] = await this.renderer.render(input.content, schema, [row]);
    const used = templatesOf(input.content, schema).flatMap(({ text }) => traitsIn(text));
    const missing = [...new Set(used)].filter((trait) => trait !== 'id' && !(trait in traits));
    return { content: content as MessagePreview['content'], userId: userId ?? null, missing };
  }

  /** A message as these users would get it, without tracking. */
  async samples(
    projectId: string,
    { connection, content }: Pick<Message, 'connection' | 'content'>,
    readers: readonly { userId: string; traits: Record<string, string> }[],
  ): Promise<MessageSample[]> {
    const { content: schema, address } = await this.channelSpec(projectId, connection);
    const rows = readers.map(({ userId, traits }) => ({ user: { ...traits, id: userId }, unsubscribe_url: '#' }));
    const rendered = await this.renderer.render(content, schema, rows);
    const templates = templatesOf(content, schema);
    return readers.map(({ userId, traits }, index) => ({
      userId,
      to: traits[address] ?? '',
      parts: templates.map(({ field, title, isHtml }) => ({
        title,
        text: textIn(rendered[index], field),
        isHtml,
      })),
    }));
  }

  /** The traits of a user that a message takes: the address, and those that its templates name. */
  async traitsOf(projectId: string, { connection, content }: Pick<Message, 'connection' | 'content'>) {
    const { content: schema, address } = await this.channelSpec(projectId, connection);
    const named = templatesOf(content, schema).flatMap(({ text }) => traitsIn(text));
    return [...new Set([address, ...named])].filter((trait) => trait !== 'id');
  }

  /** The spec of the channel behind a connection. */
  async channelSpec(projectId: string, connection: string) {
    const { uses } = await this.connections.find(projectId, connection);
    return this.plugins.get('channel', uses).spec;
  }

  /** Templates are tried when they are saved, so that an empty or broken one is found by its author and not by a run. */
  private async checkContent(projectId: string, input: MessageInput): Promise<void> {
    const { content: schema } = await this.channelSpec(projectId, input.connection);
    const gap = unwritten(input.content, schema);
    if (gap) {
      const facts = { field: `content.${gap.field}`, title: gap.title, reason: 'Write it. Nothing is sent without it' };
      throw new AppError('PARAM_INVALID', facts);
    }
    await this.preview(projectId, input, undefined);
  }

  private async traitsOfUser(projectId: string, userId: string): Promise<Record<string, string>> {
    const { admin, database } = await this.warehouse.project(projectId);
    const [row] = await admin.rows<{ traits: Record<string, string> }>(
      sql`SELECT traits FROM ${identifier(database, 'users')} WHERE user_id = ${userId}`,
    );
    return row?.traits ?? {};
  }
}

/** What a template was rendered to. */
function textIn(content: Record<string, unknown> | undefined, field: string): string {
  const text = content?.[field];
  return typeof text === 'string' ? text : '';
}

/** Traits that a template names as `user.name` or `user["first name"]`. */
function traitsIn(template: string): string[] {
  return [...template.matchAll(/\buser(?:\.(\w+)|\[["']([^"']+)["']\])/g)].map((match) => match[1] ?? match[2] ?? '');
}

function toMessage(doc: MessageDoc): Message {
  const { name, title, description, connection, content, version, updatedAt, updatedBy } = doc;
  return {
    name,
    title,
    description,
    connection,
    content: content as Message['content'],
    version,
    updatedAt: updatedAt.toISOString(),
    updatedBy,
  };
}

function toDelivery(doc: DeliveryDoc): Delivery {
  return {
    id: doc._id,
    message: doc.message,
    userId: doc.userId,
    state: doc.state,
    reason: doc.reason ?? null,
    runId: doc.runId,
    pipeline: doc.pipeline,
    stepId: doc.stepId,
    at: doc.updatedAt.toISOString(),
    openedAt: doc.openedAt?.toISOString() ?? null,
    clickedAt: doc.clickedAt?.toISOString() ?? null,
  };
}
