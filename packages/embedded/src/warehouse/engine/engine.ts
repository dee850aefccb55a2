import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Binding, loadBinding, type NativeConnection, type NativeResult, type NativeWritten } from './binding.js';
import { writeConfiguration } from './configuration.js';
import { parseEngineError } from './engine-error.js';

const NO_DATA = Buffer.from('\n');

/** One connection: its settings, roles, parameters and temporary tables are its own and end with it. */
export interface EngineConnection {
  /** Runs statements that read. @throws EngineError */
  read(sql: string, format?: string): Promise<NativeResult>;
  /** Runs statements of which the last one writes. @throws EngineError */
  write(sql: string): Promise<NativeWritten>;
  /** Must not be called while a statement runs. */
  close(): void;
}

/** ClickHouse in this process. */
export interface Engine {
  /** Such as 26.7.2.1 */
  version: string;
  /** @param label a text by which `system.processes` shows the queries of the connection, in `Settings['log_comment']` */
  connect(label: string): EngineConnection;
  close(): void;
}

/**
 * Opens the engine on a folder. A process can have one engine only.
 * @param memoryBytes what all queries together may use
 */
export async function openEngine(folder: string, memoryBytes: number): Promise<Engine> {
  const binding = loadBinding();
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const configuration = writeConfiguration(folder, memoryBytes);
  // As long as one connection is open, so is the engine.
  const anchor = connect(binding, binding.CreateConnection(data, [`--config-file=${configuration}`]));
  const { bytes } = await anchor.read('SELECT version()');
  return {
    version: bytes.toString().trim(),
    connect: (label) => connect(binding, binding.CreateConnection(data, [`--log_comment=${label}`])),
    close: () => anchor.close(),
  };
}

function connect(binding: Binding, connection: NativeConnection): EngineConnection {
  return {
    read: (sql, format = 'TabSeparated') => translated(binding.QueryAsyncConnection(connection, sql, format)),
    write: (sql) => translated(binding.InsertRawAsyncConnection(connection, sql, NO_DATA, false)),
    close: () => binding.CloseConnection(connection),
  };
}

async function translated<T>(running: Promise<T>): Promise<T> {
  try {
    return await running;
  } catch (error) {
    throw parseEngineError(error instanceof Error ? error.message : String(error));
  }
}
