import type { RunState, StepRun, StepState } from '@pelton/contract';
import { hasText, t } from '@/i18n';

/** What rows of a port are called: `18,532 events`, `1,097 people`. */
export function countText(port: string, count: number, number: (value: number) => string): string {
  const noun =
    { rows: 'rows', taken: 'rows', refused: 'rows', events: 'events', users: 'people', values: 'values' }[port] ??
    'people';
  return t(`counts.${noun}`, { count: number(count) }, count);
}

/** What a step gave, as its card says it: the step's own words, else the rows of its ports added up. */
export function outcomeText(run: StepRun, number: (value: number) => string): string {
  if (run.foot) return footText(run.foot, number);
  const ports = Object.keys(run.rows);
  const total = Object.values(run.rows).reduce((sum, count) => sum + count, 0);
  return ports.length === 0 ? '' : countText(ports[0] ?? 'rows', total, number);
}

/** What a step gave as a share of what it was given; as a count where there is nothing to compare with. */
export function shareText(
  run: StepRun,
  { number, percent }: { number: (value: number) => string; percent: (share: number) => string },
): string {
  const total = Object.values(run.rows).reduce((sum, count) => sum + count, 0);
  if (!run.rowsIn || Object.keys(run.rows).length === 0) return outcomeText(run, number);
  return t('counts.shareOfIn', { share: percent(total / run.rowsIn) });
}

/** `8182 people, 8182 new, 0 left` or `waits for Daily figures` in the page's language, without what did not happen. */
function footText(foot: string, number: (value: number) => string): string {
  const [, title] = /^waits for (.+)$/.exec(foot) ?? [];
  if (title) return t('counts.waitsFor', { title });
  const told = foot.split(', ').filter((clause, index) => index === 0 || !clause.startsWith('0 '));
  return told.map((clause) => clauseText(clause, number)).join(', ');
}

function clauseText(clause: string, number: (value: number) => string): string {
  if (clause === 'not kept: there are newer ones') return t('counts.newerStay');
  const [, digits, noun = ''] = /^(\d+) (.+)$/.exec(clause) ?? [];
  const key = `counts.said.${noun.replaceAll(' ', '-')}`;
  return digits && hasText(key) ? t(key, { count: number(Number(digits)) }, Number(digits)) : clause;
}

/** Why a step of a run did not run. */
export function skipText(run: StepRun): string {
  return run.state === 'skipped' ? t('counts.skipped') : t('states.cancelled');
}

/** Whether a state has an end. */
export function isOver(state: RunState | StepState): boolean {
  return state !== 'running' && state !== 'waiting';
}
