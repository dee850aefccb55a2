import type { Step } from '@pelton/contract';
import { pass, people, step, wait } from '../../journeys/testing/journey-steps.js';

/** A Monday; in 2030, so that only a clock that a test sets lets anybody go on. */
export const CROSSINGS_AS_OF = '2030-01-07T10:00:00.000Z';

/** Users who come through a control step before or after days of waiting, up to a step called `out`. */
export interface Crossing {
  uses: string;
  steps: Step[];
  /** Who has come to `out` when the clock has struck at an instant. What a member is asked is approved after that. */
  passed: [at: string, users: string[]][];
}

/** The pipeline that `core/pipeline` calls, and in which users wait for `core/input`. */
export const CALLED = 'called';
export const CALLED_STEPS = [
  step('input', 'core/input', { columns: [{ name: 'user_id', family: 'text' }] }),
  step('given', 'core/deduplicate', { keys: ['user_id'] }, { rows: 'input' }),
  step('wait', 'core/wait', { amount: 3, unit: 'days' }, { users: 'input' }),
  pass('out', 'wait'),
];

const THREE_DAYS = wait({ amount: 3, unit: 'days' });
const isAnn = { rules: [{ field: 'user_id', operator: '=', value: 'ann' }] };
const branch = (from: string) =>
  step('split', 'core/branch', { branches: [{ name: 'ann', condition: isAnn }] }, { rows: from });
const BEFORE = '2030-01-10T09:59:59Z';
const AFTER = '2030-01-10T10:00:00Z';

export const CROSSINGS: readonly Crossing[] = [
  {
    uses: 'core/wait',
    steps: [people('ann', 'bob'), THREE_DAYS, pass('out', 'wait')],
    passed: [
      [BEFORE, []],
      [AFTER, ['ann', 'bob']],
      ['2030-02-10T10:00:00Z', ['ann', 'bob']],
    ],
  },
  {
    uses: 'core/branch',
    steps: [people('ann', 'bob'), THREE_DAYS, branch('wait'), pass('out', 'split.ann')],
    passed: [
      [BEFORE, []],
      [AFTER, ['ann']],
    ],
  },
  {
    uses: 'core/merge',
    steps: [
      people('ann', 'bob'),
      branch('people'),
      wait({ amount: 3, unit: 'days' }, 'split.else'),
      step('both', 'core/merge', {}, { first: 'split.ann', second: 'wait' }),
      pass('out', 'both'),
    ],
    passed: [
      [BEFORE, ['ann']],
      [AFTER, ['ann', 'bob']],
    ],
  },
  {
    uses: 'core/time-window',
    steps: [
      people('ann', 'bob'),
      THREE_DAYS,
      step('hours', 'core/time-window', { from: '09:00', to: '18:00', days: 'Monday' }, { users: 'wait' }),
      pass('out', 'hours'),
    ],
    passed: [
      [AFTER, []],
      ['2030-01-14T08:59:59Z', []],
      ['2030-01-14T09:00:00Z', ['ann', 'bob']],
    ],
  },
  {
    uses: 'core/approval',
    steps: [
      people('ann', 'bob'),
      THREE_DAYS,
      step('asked', 'core/approval', { question: 'Send it?' }, { users: 'wait' }),
      pass('out', 'asked.approved'),
    ],
    passed: [
      [AFTER, []],
      ['2030-01-12T10:00:00Z', ['ann', 'bob']],
    ],
  },
  {
    uses: 'core/pipeline',
    steps: [
      people('ann', 'bob'),
      THREE_DAYS,
      step('call', 'core/pipeline', { pipeline: CALLED }, { rows: 'wait' }),
      pass('out', 'call.given'),
    ],
    passed: [
      [BEFORE, []],
      [AFTER, ['ann', 'bob']],
    ],
  },
];
