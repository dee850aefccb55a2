/** One line of a chart: a value, or null, for each place on the axis. */
export interface LineSeries {
  name: string;
  /** What stands at the end of the line; nothing when empty. */
  endLabel: string;
  values: readonly (number | null)[];
  /** Drawn dashed and grey: what the others are compared with. */
  isComparison?: boolean;
  /** Index from which on periods have not ended; they are drawn dotted. */
  unfinishedFrom?: number | undefined;
}

/** A line in two strokes: solid to the last finished period, dotted from there on. */
export function splitUnfinished({ values, unfinishedFrom }: Pick<LineSeries, 'values' | 'unfinishedFrom'>): {
  finished: (number | null)[];
  unfinished: (number | null)[] | undefined;
} {
  if (unfinishedFrom === undefined || unfinishedFrom >= values.length) {
    return { finished: [...values], unfinished: undefined };
  }
  const start = Math.max(0, unfinishedFrom - 1);
  return {
    finished: values.map((value, index) => (index < unfinishedFrom ? value : null)),
    unfinished: values.map((value, index) => (index >= start ? value : null)),
  };
}

/** Index of the last place that has a value, or -1. */
export function lastIndex(values: readonly (number | null)[]): number {
  return values.findLastIndex((value) => value !== null);
}
