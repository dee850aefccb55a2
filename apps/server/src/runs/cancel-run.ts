import { OVER_STATES } from '@pelton/contract';
import type { Model, QueryFilter } from 'mongoose';
import type { RunDoc } from './run.schema.js';

/** Ends a run where it is. @returns whether it was still to go on */
export async function cancelRun(runs: Model<RunDoc>, which: QueryFilter<RunDoc>): Promise<boolean> {
  const cancelled = await runs.updateOne(
    { ...which, state: { $nin: OVER_STATES } },
    {
      $set: { state: 'cancelled', finishedAt: new Date(), 'steps.$[step].state': 'cancelled' },
      $inc: { revision: 1 },
    },
    { arrayFilters: [{ 'step.state': 'waiting' }] },
  );
  return cancelled.modifiedCount > 0;
}
