import type { TableRow } from '@pelton/sdk/testing';

/** A small table that arrives at a port. */
export interface ExampleTable {
  columns: Record<string, string>;
  rows: TableRow[];
}

/** A step as the guide shows it: what goes in, what it is told, and by its own work what comes out. */
export interface StepExample {
  uses: string;
  inputs: Record<string, ExampleTable>;
  with: Record<string, unknown>;
  /** What the guide says besides. */
  note?: string;
}

/** What arrives in all of the examples. */
export const ORDERS: ExampleTable = {
  columns: { order: 'Int32', who: 'String', day: 'Date', amount: 'Nullable(Int32)' },
  rows: [
    { order: 1, who: 'ann', day: '2026-01-01', amount: 20 },
    { order: 2, who: 'bob', day: '2026-01-02', amount: 5 },
    { order: 3, who: 'ann', day: '2026-01-03', amount: null },
  ],
};
const PLANS: ExampleTable = {
  columns: { who: 'String', since: 'Date', plan: 'String' },
  rows: [
    { who: 'ann', since: '2025-12-01', plan: 'free' },
    { who: 'ann', since: '2026-01-02', plan: 'pro' },
  ],
};

const USER_COLUMNS = { user_id: 'String', from: 'String' };

/** In the order of the palette. */
export const STEP_EXAMPLES: readonly StepExample[] = [
  {
    uses: 'core/filter',
    inputs: { rows: ORDERS },
    with: { condition: { combinator: 'and', rules: [{ field: 'amount', operator: '>', value: 10 }] } },
    note: 'A day such as 2026-11-20 is all of that day in the project’s time zone: what is _until_ it or _between_ it and a day before may lie anywhere in it, and what is _after_ it comes when it is over. With a time of day, that moment counts.',
  },
  {
    uses: 'core/select',
    inputs: { rows: ORDERS },
    with: {
      columns: [
        { column: 'who', as: 'user_id' },
        { column: 'amount', convert: 'text' },
      ],
    },
    note: 'A value that cannot be converted becomes empty; under _More_ you can let it stop the run.',
  },
  {
    uses: 'core/formula',
    inputs: { rows: ORDERS },
    with: { columns: [{ name: 'pence', formula: 'amount * 100' }] },
  },
  {
    uses: 'core/aggregate',
    inputs: { rows: ORDERS },
    with: {
      groupBy: ['who'],
      measures: [
        { name: 'orders', measure: 'count' },
        { name: 'spent', measure: 'sum', column: 'amount' },
      ],
    },
  },
  {
    uses: 'core/join',
    inputs: { left: ORDERS, right: PLANS },
    with: { keys: [{ left: 'who' }], leftTime: 'day', rightTime: 'since' },
    note: 'With the times, each order gets the plan of its day. Without them it would stand once for each plan of its person. Left rows with, or without, a match can be kept alone. A row whose key is empty matches nothing.',
  },
  {
    uses: 'core/union',
    inputs: {
      first: ORDERS,
      second: { columns: { who: 'String', shop: 'String' }, rows: [{ who: 'cleo', shop: 'Lyon' }] },
    },
    with: {},
    note: 'Columns of one name have to hold the same kind of thing, or the step says which one does not.',
  },
  {
    uses: 'core/sort',
    inputs: { rows: ORDERS },
    with: { by: [{ column: 'amount', direction: 'descending' }], limit: 2 },
    note: 'Empty values come last. The order holds until a step groups, joins or puts rows together.',
  },
  {
    uses: 'core/deduplicate',
    inputs: { rows: ORDERS },
    with: { keys: ['who'], keep: 'last', by: 'day' },
  },
  {
    uses: 'core/window',
    inputs: { rows: ORDERS },
    with: {
      groupBy: ['who'],
      orderBy: [{ column: 'day' }],
      columns: [
        { name: 'nth', what: 'row number' },
        { name: 'spent', what: 'running sum', column: 'amount' },
        { name: 'before', what: 'previous value', column: 'day' },
      ],
    },
  },
  {
    uses: 'core/pivot',
    inputs: { rows: ORDERS },
    with: { groupBy: ['day'], names: 'who', values: ['ann', 'bob'], measure: 'sum', column: 'amount' },
    note: 'The values are named, so the columns after it are known before anything runs.',
  },
  {
    uses: 'core/unpivot',
    inputs: { rows: ORDERS },
    with: { columns: ['order', 'amount'], name: 'what' },
  },
  {
    uses: 'core/sample',
    inputs: { rows: ORDERS },
    with: { percent: 50, key: 'who' },
    note: 'Which rows are taken is a hash of the column, or of the whole row, so that it is the same in each run. Rows that are the same in every column are taken together.',
  },
];

/** Steps that decide who goes on, where and when. */
export const CONTROL_EXAMPLES: readonly StepExample[] = [
  {
    uses: 'core/branch',
    inputs: { rows: ORDERS },
    with: {
      branches: [
        { name: 'large', condition: { rules: [{ field: 'amount', operator: '>', value: 10 }] } },
        { name: 'of ann', condition: { rules: [{ field: 'who', operator: '=', value: 'ann' }] } },
      ],
    },
  },
  {
    uses: 'core/merge',
    inputs: {
      first: { columns: USER_COLUMNS, rows: [{ user_id: 'ann', from: 'mail' }] },
      second: {
        columns: USER_COLUMNS,
        rows: [
          { user_id: 'ann', from: 'shop' },
          { user_id: 'bob', from: 'shop' },
        ],
      },
    },
    with: {},
    note: 'A column that one input lacks is empty there. In a run to which nothing comes from some of its inputs, it goes on with the others.',
  },
  {
    uses: 'core/wait',
    inputs: { users: { columns: USER_COLUMNS, rows: [{ user_id: 'ann', from: 'mail' }] } },
    with: { until: 'until an event', event: 'Order Completed', amount: 3, unit: 'days' },
    note: 'Users go on from _happened_ once the event has come, else from _timeout_; the other ways to wait have one port. See [journeys](journeys.md#wait).',
  },
  {
    uses: 'core/time-window',
    inputs: { users: { columns: USER_COLUMNS, rows: [{ user_id: 'ann', from: 'mail' }] } },
    with: { from: '21:00', to: '06:00', days: 'every day' },
    note: 'Hours that end before they begin end on the day after, and belong to the day on which they begin.',
  },
  {
    uses: 'core/approval',
    inputs: { users: { columns: USER_COLUMNS, rows: [{ user_id: 'ann', from: 'mail' }] } },
    with: { question: 'Send the offer to these people?' },
    note: 'Users go on from _approved_ or _rejected_. See [journeys](journeys.md#ask-a-member).',
  },
  {
    uses: 'core/pipeline',
    inputs: { rows: ORDERS },
    with: { pipeline: 'large-orders' },
    note: 'Here _large-orders_ begins with the step below, and its last step is a filter called _large_. See [journeys](journeys.md#call-another-pipeline).',
  },
  {
    uses: 'core/input',
    inputs: {},
    with: {
      columns: [
        { name: 'who', family: 'text' },
        { name: 'amount', family: 'number' },
      ],
    },
    note: 'It gives the rows that the calling pipeline hands over, with these columns and no others; a run that a person starts has none.',
  },
];
