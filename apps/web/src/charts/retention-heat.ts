import type { RetentionRow } from '@pelton/contract';

export interface HeatCell {
  users: number;
  share: number;
  /** The period is not over, so that more may come back. */
  isOpen: boolean;
}

export interface HeatRow {
  title: string;
  users: number;
  /** Fewer people than a rate can be read from. */
  isFew: boolean;
  cells: HeatCell[];
}

/** Fewer people than this behind a rate say little. */
export const FEW_PEOPLE = 20;

/** Cohorts as rows of shares. @param title writes the beginning of a period */
export function toHeatRows(cohorts: readonly RetentionRow[], title: (period: string) => string): HeatRow[] {
  return cohorts.map(({ period, users, returned, complete }) => ({
    title: title(period),
    users,
    isFew: users < FEW_PEOPLE,
    cells: returned.map((count, index) => ({
      users: count,
      share: users === 0 ? 0 : count / users,
      isOpen: index >= complete,
    })),
  }));
}

const SHADES_FROM = [0.1, 0.2, 0.3, 0.45];

/** Which of five shades a share has; the darkest from 45 % on, because few products keep more. */
export function shadeOf(share: number): number {
  return 1 + SHADES_FROM.filter((from) => share >= from).length;
}

/** Share of all people who came back in the n-th period, over the cohorts for which it is over. */
export function retentionCurve(cohorts: readonly RetentionRow[]): { users: number; of: number; share: number }[] {
  const longest = Math.max(0, ...cohorts.map((cohort) => cohort.complete));
  return Array.from({ length: longest }, (_, index) => {
    const over = cohorts.filter((cohort) => cohort.complete > index);
    const users = over.reduce((sum, cohort) => sum + (cohort.returned[index] ?? 0), 0);
    const of = over.reduce((sum, cohort) => sum + cohort.users, 0);
    return { users, of, share: of === 0 ? 0 : users / of };
  });
}
