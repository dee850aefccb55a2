import { AppError, TargetInfo } from '@pelton/contract';
import type { ConnectorArgument, WriteBatch, WriteResult } from '@pelton/sdk';
import { z } from 'zod';
import { unlessAborted } from '../common/unless-aborted.js';
import type { Installed } from '../plugins/plugins.service.js';

/** What a plugin of others answers is read before it is believed. */
const Results = z.array(
  z.union([z.object({ ok: z.literal(true) }), z.object({ ok: z.literal(false), reason: z.string() })]),
);

/** A place of a connection that takes rows, such as a table. */
export class RowTarget {
  constructor(
    private readonly connector: Installed<'connector'>,
    private readonly argument: ConnectorArgument & { target: Record<string, unknown> },
  ) {}

  /** What the place looks like, where the connector can tell. @throws PARAM_INVALID naming what is wrong with the target */
  async describe(): Promise<TargetInfo | null> {
    const info = await this.connector.calls.describe?.(this.argument);
    return info ? TargetInfo.parse(info) : null;
  }

  /**
   * Hands rows over. A result for each of the first rows, at least one; the rows after them are to be given again. When
   * the signal fires, the plugin is not waited for.
   */
  async write(batch: WriteBatch, signal: AbortSignal): Promise<WriteResult[]> {
    const { plugin, calls } = this.connector;
    const answer = await unlessAborted(calls.write?.({ ...this.argument, batch }) ?? Promise.resolve([]), signal);
    const results = Results.safeParse(answer).data ?? [];
    if (results.length === 0 || results.length > batch.records.length) {
      const reason = `it told of ${results.length} rows what became of them, of ${batch.records.length}.`;
      throw new AppError('PLUGIN_FAILED', { plugin, call: 'write', reason });
    }
    return results;
  }
}
