import {
  type ConnectorGroup,
  type Sql,
  type StreamInfo,
  type TargetInfo,
  toJsonSchema,
  type WriteMode,
} from '@pelton/contract';
import type { z } from 'zod';
import { type Contribution, type Described, readParams } from './contribution.js';

/** Folders of the core that a connector may use. */
export interface FileAccess {
  /** Absolute path of the project's uploaded files. */
  uploads: string;
  /** Absolute paths that an admin allows to read files from. */
  allowed: string[];
  /** Absolute paths that an admin allows to write files to. */
  exports?: string[];
  /** Absolute paths that an admin allows to start programs from. */
  programs?: string[];
}

export interface ConnectorContext<Config> {
  config: Config;
  secrets: Record<string, string>;
  files: FileAccess;
}

/** What a read is for. A connector that is not `incremental` only ever gets `full_refresh`. */
export type ReadRequest =
  | { mode: 'full_refresh' }
  | {
      mode: 'incremental';
      /** The column that tells what is new, by the member's choice. */
      cursor?: string;
      /** Empty: rows are only added, so one that is read twice counts twice. */
      primaryKey: string[];
      /** What the last STATE said; null for the first time. */
      state: unknown;
    };

/**
 * Messages of a read, by Airbyte's words. A state stands for all records before it; it is kept only after they are
 * durable, and is plain JSON of at most a few kilobytes.
 */
export type ConnectorMessage =
  | { type: 'RECORDS'; records: Record<string, unknown>[] }
  | { type: 'STATE'; state: unknown }
  | { type: 'LOG'; level: 'info' | 'warn'; message: string };

/** Rows for a destination: `keys` tell rows apart in the mode `update`. */
export interface WriteBatch {
  mode: WriteMode;
  keys: string[];
  records: Record<string, unknown>[];
  /** One for each record. A record that is given again has the same, so that whoever takes it may know it again. */
  ids?: string[];
}

/** What became of one row. A row that is refused does not keep the others from being written. */
export type WriteResult = { ok: true } | { ok: false; reason: string };

export interface Connector<
  C extends z.ZodType,
  S extends z.ZodType,
  T extends z.ZodType = z.ZodType,
> extends Described {
  /** What kind of system it reaches; applications when it is not said. */
  group?: ConnectorGroup;
  /** What a connection asks for, without its secrets. */
  config: C;
  /** Names of the secrets that a connection asks for. */
  secrets?: string[];
  /** What a read step asks for besides the connection; `stream` names a table that `discover` lists. */
  stream: S;
  /** Whether `read` can give only what is new, and says how far it got with STATE. */
  incremental?: boolean;
  check(context: ConnectorContext<z.output<C>>): Promise<{ ok: boolean; message: string }>;
  /** All streams; given one, that one as its options read it. */
  discover(context: ConnectorContext<z.output<C>>, stream?: z.output<S>): Promise<StreamInfo[]>;
  /** Rows in batches of about a thousand. It ends early, by `return`, when the reader has seen enough. */
  read(
    context: ConnectorContext<z.output<C>>,
    stream: z.output<S>,
    request: ReadRequest,
  ): AsyncIterable<ConnectorMessage>;
  /** All rows as a table function that the warehouse runs itself; null where only `read` gives the same values. */
  relation?(context: ConnectorContext<z.output<C>>, stream: z.output<S>): Promise<Sql | null>;
  /** Takes rows. */
  write?: {
    modes: [WriteMode, ...WriteMode[]];
    /** What a write step asks for besides the connection: its first field names the place, such as a table. */
    target: T;
    /** Looks at the place before anything is written, so that a member hears of a column that is missing there. */
    describe?(context: ConnectorContext<z.output<C>>, target: z.output<T>): Promise<TargetInfo>;
    /**
     * One result for each record, in their order; fewer when it broke off in the middle: the others are given again.
     * @throws PARAM_INVALID when the target can take no row at all; any other error means that none of these was
     *   written and that trying again may help
     */
    rows(context: ConnectorContext<z.output<C>>, target: z.output<T>, batch: WriteBatch): Promise<WriteResult[]>;
  };
}

export interface ConnectorArgument {
  config: unknown;
  secrets: Record<string, string>;
  files: FileAccess;
}

export interface ConnectorCalls {
  check(argument: ConnectorArgument): Promise<{ ok: boolean; message: string }>;
  discover(argument: ConnectorArgument & { stream?: unknown }): Promise<StreamInfo[]>;
  read(argument: ConnectorArgument & { stream: unknown; request?: ReadRequest }): AsyncIterable<ConnectorMessage>;
  relation?(argument: ConnectorArgument & { stream: unknown }): Promise<Sql | null>;
  /** Reads what a write step asks for, and looks at the place where the connector can. */
  describe?(argument: ConnectorArgument & { target: unknown }): Promise<TargetInfo | null>;
  write?(argument: ConnectorArgument & { target: unknown; batch: WriteBatch }): Promise<WriteResult[]>;
}

/** Declares a source of rows, and where rows may go. */
export function defineConnector<C extends z.ZodType, S extends z.ZodType, T extends z.ZodType = z.ZodType>(
  connector: Connector<C, S, T>,
): Contribution<'connector'> {
  const { id, title, description, icon, group, secrets = [], write } = connector;
  const context = (argument: ConnectorArgument) => ({
    ...argument,
    config: readParams(connector.config, argument.config),
  });
  const stream = (argument: { stream?: unknown }) => readParams(connector.stream, argument.stream);
  const relation = connector.relation?.bind(connector);
  return {
    kind: 'connector',
    spec: {
      kind: 'connector',
      id,
      title,
      description,
      icon,
      ...(group && { group }),
      secrets,
      config: toJsonSchema(connector.config),
      stream: toJsonSchema(connector.stream),
      can: [
        'read',
        ...(connector.incremental ? (['incremental'] as const) : []),
        ...(relation ? (['relation'] as const) : []),
        ...(write ? (['write'] as const) : []),
      ],
      ...(write && { writes: { modes: write.modes, target: toJsonSchema(write.target) } }),
    },
    calls: {
      check: async (argument) => connector.check(context(argument)),
      discover: async (argument) =>
        connector.discover(context(argument), argument.stream === undefined ? undefined : stream(argument)),
      read: (argument) =>
        connector.read(context(argument), stream(argument), argument.request ?? { mode: 'full_refresh' }),
      ...(relation && { relation: async (argument) => relation(context(argument), stream(argument)) }),
      ...(write && {
        describe: async (argument) => {
          const target = readParams(write.target, argument.target);
          return (await write.describe?.(context(argument), target)) ?? null;
        },
        write: async (argument) =>
          write.rows(context(argument), readParams(write.target, argument.target), argument.batch),
      }),
    },
  };
}
