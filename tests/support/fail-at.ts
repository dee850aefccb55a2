import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './root.js';

const PRELOAD = pathToFileURL(join(ROOT, 'tests/support/fail-point.mjs')).href;

interface When {
  /** The how manyth time. */
  after?: number;
  /** Only once it launched so many runs. */
  runs?: number;
  /** Only such attempts at a step. */
  attempt?: number;
  /** What it gets; `SIGKILL` when not said. */
  signal?: 'SIGKILL' | 'SIGSTOP';
}

/** The environment of a server to which something happens at a point of its work; see fail-point.mjs. */
export function failAt(point: string, { after, runs, attempt, signal }: When = {}): Record<string, string> {
  return {
    NODE_OPTIONS: `--import=${PRELOAD}`,
    FAIL_POINT: point,
    ...(after && { FAIL_AFTER: String(after) }),
    ...(runs && { FAIL_RUNS: String(runs) }),
    ...(attempt && { FAIL_ATTEMPT: String(attempt) }),
    ...(signal && { FAIL_SIGNAL: signal }),
  };
}
