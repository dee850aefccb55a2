import { isRunOver } from '@pelton/contract';
import type { RunDoc } from './run.schema.js';

/** What of a run decides about its tables. */
export type TablesOwner = Pick<RunDoc, '_id' | 'state'> & {
  steps: readonly { id: string; state: string; attempt: number }[];
};

/** The run in whose name a table was made; undefined for other tables. */
export function runOfTable(name: string): string | undefined {
  return /^stage_([0-9a-z]{20})_/.exec(name)?.[1];
}

/**
 * Chooses tables of runs that nobody needs: all of runs that are over and not kept; of the kept ones those of attempts that
 * came to nothing, because the process died or the step failed. What belongs to a step in its run and not to an attempt
 * stays with the run, because going on reads it.
 * @param tables names; those of runs that are not given stay
 */
export function staleTables(
  tables: readonly string[],
  runs: readonly TablesOwner[],
  isKept: (runId: string) => boolean,
): string[] {
  const counted = new Map(runs.filter(isRunOver).map((run) => [run._id, isKept(run._id) ? countedPrefixes(run) : []]));
  return tables.filter((name) => {
    const run = runOfTable(name) ?? '';
    const prefixes = counted.get(run);
    if (prefixes === undefined) return false;
    // What a trigger brought is there before the run, of which it is as long a part as what a caller handed over.
    if (name === `stage_${run}_trigger`) return prefixes.length === 0;
    return !prefixes.some((prefix) => name.startsWith(prefix));
  });
}

function countedPrefixes({ _id, steps }: TablesOwner): string[] {
  const ofSteps = steps.flatMap(({ id, state, attempt }) => [
    `stage_${_id}_${id}_kept_`,
    ...(state === 'done' ? [`stage_${_id}_${id}_${attempt}_`] : []),
  ]);
  return [`stage_${_id}_call_0_`, ...ofSteps]; // rows that another run handed over when it called this one
}
