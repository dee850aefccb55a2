import { AppError, type Column, describeColumn, type Sql, type StreamInfo } from '@pelton/contract';
import type { ConnectorArgument, ConnectorMessage, ReadRequest } from '@pelton/sdk';
import { warehouseErrorType } from '@pelton/warehouse';
import { unlessAborted } from '../common/unless-aborted.js';
import type { KnownColumns } from '../infra/known-columns.js';
import type { ProjectSql } from '../infra/warehouse.service.js';
import { pluginError } from '../plugins/built-in.js';
import type { Installed } from '../plugins/plugins.service.js';

/** A stream as it is now. */
export interface FoundStream extends Omit<StreamInfo, 'columns'> {
  columns: Column[];
}

/** The warehouse does not see what this machine sees, may not look outside its own folder, or was built without it. */
const OUT_OF_REACH = new Set([
  'FILE_DOESNT_EXIST',
  'DATABASE_ACCESS_DENIED',
  'ACCESS_DENIED',
  'READONLY',
  'UNKNOWN_FUNCTION',
  'SUPPORT_IS_DISABLED',
  'POSTGRESQL_CONNECTION_FAILURE',
  'ALL_CONNECTION_TRIES_FAILED',
  'MYSQL_CLIENT_INSUFFICIENT_CAPABILITIES',
  'POCO_EXCEPTION',
  'NETWORK_ERROR',
  'DNS_ERROR',
]);

/** One stream of a connection, ready to be read in either way. */
export class StreamSource {
  constructor(
    private readonly connector: Installed<'connector'>,
    private readonly argument: ConnectorArgument & { stream: Record<string, unknown> },
    private readonly columns: KnownColumns,
  ) {}

  get name(): string {
    return String(this.argument.stream['stream']);
  }

  /** The connector's id. */
  get uses(): string {
    return this.connector.spec.id;
  }

  get canReadIncrementally(): boolean {
    return this.connector.spec.can.includes('incremental');
  }

  /** Its SQL would hold secrets, so it must never be shown or kept. */
  get holdsSecrets(): boolean {
    return Object.keys(this.argument.secrets).length > 0;
  }

  /** @throws NOT_FOUND when the connection offers no such stream (any more), or the signal's reason */
  async discover(signal?: AbortSignal): Promise<FoundStream> {
    const discovering = this.connector.calls.discover(this.argument);
    const streams = await (signal ? unlessAborted(discovering, signal) : discovering);
    const found = streams.find((stream) => stream.name === this.name);
    if (!found) throw new AppError('NOT_FOUND', { noun: 'stream', name: this.name });
    return { ...found, columns: found.columns.map(({ name, type }) => describeColumn(name, type)) };
  }

  /** The rows as the warehouse itself reads them, where the connector offers that and the warehouse reaches the data. */
  async relation(project: ProjectSql): Promise<{ sql: Sql; columns: Column[] } | undefined> {
    // What a foreign plugin compiles is not run with the rights that a table function needs.
    if (!this.connector.calls.relation || this.connector.trust !== 'built-in') return undefined;
    const relation = await this.connector.calls.relation(this.argument);
    if (!relation) return undefined;
    try {
      return { sql: relation, columns: await this.columns.of(project, relation) };
    } catch (error) {
      if (OUT_OF_REACH.has(warehouseErrorType(error) ?? '')) return undefined;
      throw error;
    }
  }

  /**
   * The rows through the plugin. When the signal fires, the plugin is told to end and is not waited for.
   * @throws the signal's reason, or what the plugin failed with
   */
  async *read(request: ReadRequest, signal: AbortSignal): AsyncGenerator<ConnectorMessage> {
    const messages = this.connector.calls.read({ ...this.argument, request })[Symbol.asyncIterator]();
    try {
      for (;;) {
        const step = await unlessAborted(messages.next(), signal);
        if (step.done) return;
        yield step.value;
      }
    } catch (error) {
      if (signal.aborted) throw error;
      throw pluginError(this.connector.plugin, 'read', error);
    } finally {
      const ended = Promise.resolve(messages.return?.()).catch(() => undefined); // it failed already, or nobody reads it
      if (!signal.aborted) await ended;
    }
  }
}
