import { type Sql, type StreamInfo, toJsonSchema } from '@pelton/contract';
import type { z } from 'zod';
import { type Contribution, type Described, readParams } from './contribution.js';

/** Folders of the core that a connector may read files from. */
export interface FileAccess {
  /** Absolute path of the project's uploaded files. */
  uploads: string;
  /** Absolute paths that an admin allows. */
  allowed: string[];
}

export interface ConnectorContext<Config> {
  config: Config;
  secrets: Record<string, string>;
  files: FileAccess;
}

/** Messages of a read, by Airbyte's words. A state is kept only after the records before it are durable. */
export type ConnectorMessage =
  | { type: 'RECORDS'; records: Record<string, unknown>[] }
  | { type: 'STATE'; state: unknown }
  | { type: 'LOG'; level: 'info' | 'warn'; message: string };

export interface Connector<C extends z.ZodType, S extends z.ZodType> extends Described {
  /** What a connection asks for, without its secrets. */
  config: C;
  /** Names of the secrets that a connection asks for. */
  secrets?: string[];
  /** What a read step asks for besides the connection; `stream` names a table that `discover` lists. */
  stream: S;
  check(context: ConnectorContext<z.output<C>>): Promise<{ ok: boolean; message: string }>;
  discover(context: ConnectorContext<z.output<C>>): Promise<StreamInfo[]>;
  /** Rows in batches of about a thousand. */
  read(context: ConnectorContext<z.output<C>>, stream: z.output<S>): AsyncIterable<ConnectorMessage>;
  /** The same rows as a table function that the warehouse runs itself, where it can reach the data. */
  relation?(context: ConnectorContext<z.output<C>>, stream: z.output<S>): Promise<Sql>;
}

export interface ConnectorArgument {
  config: unknown;
  secrets: Record<string, string>;
  files: FileAccess;
}

export interface ConnectorCalls {
  check(argument: ConnectorArgument): Promise<{ ok: boolean; message: string }>;
  discover(argument: ConnectorArgument): Promise<StreamInfo[]>;
  read(argument: ConnectorArgument & { stream: unknown }): AsyncIterable<ConnectorMessage>;
  relation?(argument: ConnectorArgument & { stream: unknown }): Promise<Sql>;
}

/** Declares a source of rows. */
export function defineConnector<C extends z.ZodType, S extends z.ZodType>(
  connector: Connector<C, S>,
): Contribution<'connector'> {
  const { id, title, description, icon, secrets = [] } = connector;
  const context = (argument: ConnectorArgument) => ({
    ...argument,
    config: readParams(connector.config, argument.config),
  });
  const stream = (argument: { stream: unknown }) => readParams(connector.stream, argument.stream);
  const relation = connector.relation?.bind(connector);
  return {
    kind: 'connector',
    spec: {
      kind: 'connector',
      id,
      title,
      description,
      icon,
      secrets,
      config: toJsonSchema(connector.config),
      stream: toJsonSchema(connector.stream),
      can: relation ? ['read', 'relation'] : ['read'],
    },
    calls: {
      check: async (argument) => connector.check(context(argument)),
      discover: async (argument) => connector.discover(context(argument)),
      read: (argument) => connector.read(context(argument), stream(argument)),
      ...(relation && { relation: async (argument) => relation(context(argument), stream(argument)) }),
    },
  };
}
