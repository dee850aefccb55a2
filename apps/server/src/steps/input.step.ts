import { type Column, describeColumn, phrase, toJsonSchema } from '@pelton/contract';
import { emptyRelation } from '@pelton/warehouse';
import { z } from 'zod';
import { refuseTwice } from './columns.js';
import type { ActionKind } from './step-kind.js';

export const INPUT_STEP = 'core/input';

const InputColumn = z.object({
  name: z.string().trim().min(1, 'Name the column').max(120).meta({ title: 'Name' }),
  family: z.enum(['text', 'number', 'boolean', 'time']).default('text').meta({ title: 'Holds' }),
});
export type InputColumn = z.infer<typeof InputColumn>;

export const InputParams = z.object({
  columns: z
    .array(InputColumn)
    .min(1, 'Add at least one column')
    .max(200)
    .default([{ name: 'user_id', family: 'text' }])
    .meta({ title: 'Columns', description: 'What the rows of a pipeline that calls this one have to have' }),
});
type Params = z.infer<typeof InputParams>;

const ROWS = [{ name: 'rows', title: 'Rows' }];
const TYPES = {
  text: 'String',
  number: 'Nullable(Float64)',
  boolean: 'Nullable(Bool)',
  time: "Nullable(DateTime64(3, 'UTC'))",
} as const satisfies Record<InputColumn['family'], string>;

/** The step that gives the rows of the pipeline that calls. A run that a person starts has none. */
export const inputStep: ActionKind<Params> = {
  kind: 'action',
  type: {
    uses: INPUT_STEP,
    title: 'Input',
    description: 'The rows that another pipeline hands over when it calls this one',
    layer: 'control',
    role: 'source',
    icon: 'login-2',
    params: toJsonSchema(InputParams),
    inputs: [],
    outputs: ROWS,
  },
  params: InputParams,
  summary: ({ columns }) => phrase`${columns.map(({ name }) => name).join(', ')}`,
  outputs: () => ROWS,

  async columns({ params }) {
    refuseTwice(
      params.columns.map(({ name }) => name),
      'columns',
    );
    return { rows: inputColumns(params.columns) };
  },

  async run({ params }) {
    const columns = inputColumns(params.columns);
    return { outputs: { rows: { sql: emptyRelation(columns), columns } }, rows: { rows: 0 } };
  },
};

/** The columns as the warehouse has them. A text that is missing is empty. */
export function inputColumns(columns: readonly InputColumn[]): Column[] {
  return columns.map(({ name, family }) => describeColumn(name, TYPES[family]));
}
