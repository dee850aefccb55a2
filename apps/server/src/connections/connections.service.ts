import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import {
  AppError,
  type Connection,
  type ConnectionCheck,
  type ConnectionInput,
  isAppError,
  nameField,
  type StreamInfo,
} from '@pelton/contract';
import type { ConnectorArgument } from '@pelton/sdk';
import type { Model } from 'mongoose';
import { isDuplicate } from '../common/duplicate.js';
import { newId } from '../common/ids.js';
import { UsageService } from '../definitions/usage.service.js';
import { FilesService } from '../files/files.service.js';
import { KnownColumns } from '../infra/known-columns.js';
import { Sealer } from '../infra/sealer.js';
import { PluginsService } from '../plugins/plugins.service.js';
import type { ConnectionDoc } from './connection.schema.js';
import { RowTarget } from './row-target.js';
import { StreamSource } from './stream-source.js';

/** A connection with its secrets open, for the plugin that uses it and for nobody else. */
export interface OpenConnection {
  name: string;
  title: string;
  uses: string;
  config: Record<string, unknown>;
  secrets: Record<string, string>;
}

const FRESH_MS = 10_000;

@Injectable()
export class ConnectionsService {
  /** Of sources, which may change at any time; a run asks when it is launched and when it reads. */
  private readonly columns = new KnownColumns(FRESH_MS);

  constructor(
    @InjectModel('Connection') private readonly connections: Model<ConnectionDoc>,
    private readonly plugins: PluginsService,
    private readonly files: FilesService,
    private readonly sealer: Sealer,
    private readonly usage: UsageService,
  ) {}

  async list(projectId: string): Promise<Connection[]> {
    const docs = await this.connections.find({ projectId }).sort({ title: 1 }).lean();
    return docs.map(toConnection);
  }

  count(projectId: string, kind: ConnectionInput['kind']): Promise<number> {
    return this.connections.countDocuments({ projectId, kind });
  }

  async find(projectId: string, name: string): Promise<Connection> {
    return toConnection(await this.load(projectId, name));
  }

  async create(projectId: string, input: ConnectionInput): Promise<Connection> {
    const secrets = this.seal(projectId, input, {});
    const doc: ConnectionDoc = { ...input, _id: newId(), projectId, secrets, updatedAt: new Date() };
    try {
      await this.connections.create(doc);
    } catch (error) {
      if (isDuplicate(error))
        throw new AppError('NAME_TAKEN', { noun: 'connection', name: input.name }, { cause: error });
      throw error;
    }
    return toConnection(doc);
  }

  /** A secret that is left out or empty stays as it was. */
  async update(projectId: string, name: string, input: ConnectionInput): Promise<Connection> {
    const before = await this.load(projectId, name);
    const { title, config } = input;
    const secrets = this.seal(projectId, { ...input, name, kind: before.kind, uses: before.uses }, before.secrets);
    await this.connections.updateOne(
      { projectId, name },
      { $set: { title, config, secrets, updatedAt: new Date() }, $unset: { lastCheck: 1 } },
    );
    return this.find(projectId, name);
  }

  async remove(projectId: string, name: string): Promise<void> {
    await this.usage.refuseIfUsed(projectId, 'connection', name);
    await this.connections.deleteOne({ projectId, name });
  }

  /** @throws NOT_FOUND, SECRET_MISSING */
  async open(projectId: string, name: string): Promise<OpenConnection> {
    const { title, kind, uses, config, secrets } = await this.load(projectId, name);
    const wanted = this.plugins.get(kind, uses).spec.secrets;
    const opened = wanted.flatMap((secret) => {
      const sealed = secrets[secret];
      return sealed ? [[secret, this.sealer.open(sealed, place(projectId, name, secret))] as const] : [];
    });
    return { name, title, uses, config, secrets: Object.fromEntries(opened) };
  }

  /** What a call of the connector gets. */
  async connectorArgument(projectId: string, name: string): Promise<ConnectorArgument & { uses: string }> {
    const { uses, config, secrets } = await this.open(projectId, name);
    return { uses, config, secrets, files: this.files.access(projectId) };
  }

  /**
   * One stream of a connection, not looked at yet.
   * @param stream what the connector asks for a stream; its field `stream` names it
   * @throws NOT_FOUND, CONTRIBUTION_UNKNOWN
   */
  async openStream(projectId: string, name: string, stream: Record<string, unknown>): Promise<StreamSource> {
    const { uses, ...argument } = await this.connectorArgument(projectId, name);
    return new StreamSource(this.plugins.get('connector', uses), { ...argument, stream }, this.columns);
  }

  /**
   * A place of a connection that rows go to.
   * @param target what the connector asks for a write besides the connection
   * @throws NOT_FOUND, CONTRIBUTION_UNKNOWN
   */
  async openTarget(projectId: string, name: string, target: Record<string, unknown>): Promise<RowTarget> {
    const { uses, ...argument } = await this.connectorArgument(projectId, name);
    return new RowTarget(this.plugins.get('connector', uses), { ...argument, target });
  }

  async check(projectId: string, name: string): Promise<ConnectionCheck> {
    const { kind } = await this.load(projectId, name);
    const result = await this.try(kind, await this.connectorArgument(projectId, name));
    const check = { ...result, at: new Date() };
    await this.connections.updateOne({ projectId, name }, { $set: { lastCheck: check } });
    return { ...result, at: check.at.toISOString() };
  }

  /** Checks what a form holds before it is saved. */
  async checkInput(
    projectId: string,
    input: Pick<ConnectionInput, 'kind' | 'uses' | 'config' | 'secrets'>,
  ): Promise<ConnectionCheck> {
    const argument = {
      uses: input.uses,
      config: input.config,
      secrets: input.secrets,
      files: this.files.access(projectId),
    };
    return { ...(await this.try(input.kind, argument)), at: new Date().toISOString() };
  }

  async streams(projectId: string, name: string): Promise<StreamInfo[]> {
    const argument = await this.connectorArgument(projectId, name);
    return this.plugins.get('connector', argument.uses).calls.discover(argument);
  }

  /**
   * One stream by its name.
   * @throws NOT_FOUND, or why the connector cannot read it
   */
  async stream(projectId: string, name: string, stream: string): Promise<StreamInfo> {
    return (await this.openStream(projectId, name, { stream })).discover();
  }

  private async try(
    kind: ConnectionInput['kind'],
    argument: ConnectorArgument & { uses: string },
  ): Promise<{ ok: boolean; message: string }> {
    const { spec, calls } = this.plugins.get(kind, argument.uses);
    try {
      return await calls.check(argument);
    } catch (error) {
      const named = nameField(error, spec.config);
      if (isAppError(named)) return { ok: false, message: named.message };
      throw error;
    }
  }

  private seal(
    projectId: string,
    input: Pick<ConnectionInput, 'name' | 'kind' | 'uses' | 'secrets'>,
    before: Record<string, string>,
  ): Record<string, string> {
    const { secrets: known } = this.plugins.get(input.kind, input.uses).spec;
    const unknown = Object.keys(input.secrets).find((secret) => !known.includes(secret));
    if (unknown)
      throw new AppError('PARAM_INVALID', {
        field: `secrets.${unknown}`,
        reason: `${input.uses} asks for no such secret`,
      });
    const given = Object.entries(input.secrets).filter(([, value]) => value !== '');
    return {
      ...before,
      ...Object.fromEntries(
        given.map(([secret, value]) => [secret, this.sealer.seal(value, place(projectId, input.name, secret))]),
      ),
    };
  }

  private async load(projectId: string, name: string): Promise<ConnectionDoc> {
    const doc = await this.connections.findOne({ projectId, name }).lean();
    if (!doc) throw new AppError('NOT_FOUND', { noun: 'connection', name });
    return doc;
  }
}

function place(projectId: string, name: string, secret: string): string {
  return `connection ${projectId} ${name} ${secret}`;
}

function toConnection(doc: ConnectionDoc): Connection {
  const { name, title, kind, uses, config, secrets, lastCheck, updatedAt } = doc;
  return {
    name,
    title,
    kind,
    uses,
    config: config as Connection['config'],
    secretsSet: Object.keys(secrets),
    lastCheck: lastCheck
      ? { ok: lastCheck.ok, message: lastCheck.message, at: new Date(lastCheck.at).toISOString() }
      : null,
    updatedAt: updatedAt.toISOString(),
  };
}
