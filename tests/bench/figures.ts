import { setTimeout as pause } from 'node:timers/promises';

/** What a bench prints: both sides measured in one run, in the same unit. */
export interface Figures {
  unit: string;
  ours: number;
  baseline: number;
  ratio: number;
  /** The bar, in words, and whether it was met. */
  bar: string;
  met: boolean;
  [detail: string]: unknown;
}

/** The middle one of an odd number of measurements. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

/** Lets the engine tidy up behind one side, or that would be counted on the other. */
export function settle(): Promise<void> {
  return pause(300);
}

export async function measure(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
