import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedError } from '../../errors.js';
import { type Binding, loadBinding, type NativeConnection, type NativeResult, type NativeWritten } from './binding.js';
import { writeConfiguration } from './configuration.js';
import { parseEngineError } from './engine-error.js';

const NO_DATA = Buffer.from('\n');

/** One connection: its settings, roles, parameters and temporary tables are its own and end with it. */
export interface EngineConnection {
  /** Unlike that of any other; `system.processes` shows it with the connection's queries as the setting log_comment. */
  label: string;
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
  /** Gives a connection that was never used. */
  connect(): EngineConnection;
  close(): void;
}

/** Opening a connection takes half of the time of a small query, so a few are opened before they are asked for. */
const SPARE_CONNECTIONS = 4;

/**
 * Opens the engine on a folder. A process can have one engine only.
 * @param memoryBytes what all queries together may use
 */
export async function openEngine(folder: string, memoryBytes: number): Promise<Engine> {
  refusePattern(folder);
  const binding = loadBinding();
  const data = join(folder, 'data');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const configuration = writeConfiguration(folder, memoryBytes);
  // As long as one connection is open, so is the engine.
  const anchor = connect(binding, data, 'anchor', [`--config-file=${configuration}`]);
  const { bytes } = await anchor.read('SELECT version()');
  const spares: EngineConnection[] = [];
  let opened = 0;
  const open = () => connect(binding, data, `connection-${(opened += 1)}`);
  const stockUp = () => {
    if (spares.push(open()) < SPARE_CONNECTIONS) setImmediate(stockUp);
  };
  stockUp();
  return {
    version: bytes.toString().trim(),
    connect: () => {
      if (spares.length === SPARE_CONNECTIONS) setImmediate(stockUp);
      return spares.shift() ?? open();
    },
    close: () => {
      for (const connection of [...spares, anchor]) connection.close();
    },
  };
}

/** The engine takes the path of any file for a pattern, and would quietly find none. */
function refusePattern(folder: string): void {
  if (!/[*?{}]/.test(folder)) return;
  const message = `The path ${folder} of the local warehouse must not contain any of * ? { }. Choose another data folder.`;
  throw new EmbeddedError('EMBEDDED_FOLDER_UNREACHABLE', message, { folder });
}

function connect(binding: Binding, data: string, label: string, args: readonly string[] = []): EngineConnection {
  const connection: NativeConnection = binding.CreateConnection(data, [...args, `--log_comment=${label}`]);
  return {
    label,
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
