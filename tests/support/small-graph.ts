import type { StepInput } from './api.js';

/** Reads an uploaded file; needs the connection `files`. */
export const file = (id: string): StepInput => ({
  id,
  uses: 'file/read',
  with: { connection: 'files', stream: `${id}.csv` },
});

const filter = (id: string, from: string): StepInput => ({
  id,
  uses: 'core/filter',
  with: { condition: { combinator: 'and', rules: [{ field: 'amount', operator: '>', value: 1 }] } },
  inputs: { rows: from },
});

/** A file and two filters, below each other. */
export const CHAIN = {
  steps: [file('orders'), filter('large', 'orders'), filter('larger', 'large')],
  layout: { orders: { x: 0, y: 0 }, large: { x: 0, y: 128 }, larger: { x: 0, y: 256 } },
};
