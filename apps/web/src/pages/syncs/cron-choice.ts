export type Rhythm = 'manual' | 'quarter' | 'hourly' | 'daily' | 'weekly' | 'custom';
export const RHYTHMS: readonly Rhythm[] = ['manual', 'quarter', 'hourly', 'daily', 'weekly', 'custom'];

/** When something runs, as a person chooses it. */
export interface CronChoice {
  rhythm: Rhythm;
  /** 0 to 23; of `daily` and `weekly`. */
  hour: number;
  /** 0 is Sunday; of `weekly`. */
  weekday: number;
  /** Of `custom`. */
  cron: string;
}

export const NIGHTLY: CronChoice = { rhythm: 'daily', hour: 6, weekday: 1, cron: '0 6 * * *' };

/** The five fields of cron; undefined when it runs only by hand. */
export function toCron({ rhythm, hour, weekday, cron }: CronChoice): string | undefined {
  switch (rhythm) {
    case 'manual':
      return undefined;
    case 'quarter':
      return '*/15 * * * *';
    case 'hourly':
      return '0 * * * *';
    case 'daily':
      return `0 ${hour} * * *`;
    case 'weekly':
      return `0 ${hour} * * ${weekday}`;
    case 'custom':
      return cron.trim();
  }
}

/** The choice that gives this cron; what no choice gives is `custom`. */
export function fromCron(cron: string | undefined): CronChoice {
  if (cron === undefined) return { ...NIGHTLY, rhythm: 'manual' };
  if (cron === '*/15 * * * *') return { ...NIGHTLY, rhythm: 'quarter', cron };
  if (cron === '0 * * * *') return { ...NIGHTLY, rhythm: 'hourly', cron };
  const [, hour, weekday] = /^0 (\d{1,2}) \* \* (\*|[0-6])$/.exec(cron) ?? [];
  if (hour === undefined) return { ...NIGHTLY, rhythm: 'custom', cron };
  if (weekday === '*') return { ...NIGHTLY, hour: Number(hour), cron };
  return { rhythm: 'weekly', hour: Number(hour), weekday: Number(weekday), cron };
}
