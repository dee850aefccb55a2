import type { WarehouseClient } from '@pelton/warehouse';
import { BATCH_COLUMN } from '../datasets/dataset.queries.js';
import type { SyncReport } from './sync-report.js';

const MOST_ROWS = 15_000;
const MOST_CHARACTERS = 4_000_000;
const SETTINGS = { input_format_skip_unknown_fields: 1, input_format_null_as_default: 1 } as const;

/** Gathers rows and inserts them into a table; while one insert runs, the next rows are gathered. */
export class RowSink {
  private lines: string[] = [];
  private characters = 0;
  private inserting: Promise<void> = Promise.resolve();
  /** Which part of a load the rows that come next are of, where they have to say it. */
  batch: string | undefined;

  constructor(
    private readonly client: WarehouseClient,
    private readonly table: string,
    private readonly report: SyncReport,
  ) {}

  async add(records: Record<string, unknown>[]): Promise<void> {
    const { batch, report } = this;
    for (const record of records) {
      if (batch !== undefined) record[BATCH_COLUMN] = batch;
      const line = JSON.stringify(record);
      this.lines.push(line);
      this.characters += line.length;
      report.bytes += Buffer.byteLength(line);
    }
    report.rows += records.length;
    if (this.lines.length >= MOST_ROWS || this.characters >= MOST_CHARACTERS) await this.send();
  }

  /** Resolves when all rows are durable. */
  async flush(): Promise<void> {
    await this.send();
    await this.inserting;
  }

  /** Resolves when nothing is on its way to the warehouse any more; what is gathered and not sent is left. */
  async settle(): Promise<void> {
    await this.inserting.catch(() => undefined);
  }

  private async send(): Promise<void> {
    await this.inserting;
    if (this.lines.length === 0) return;
    const { lines } = this;
    this.lines = [];
    this.characters = 0;
    this.inserting = this.client.insertLines(this.table, lines, { settings: SETTINGS });
    this.inserting.catch(() => undefined); // told when it is waited for
  }
}
