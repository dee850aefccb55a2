import { AppError, type Column, listPhrases, phrase, phraseOf, toJsonSchema } from '@pelton/contract';
import { z } from 'zod';
import { columnAt, inputOf, refuseTwice } from './columns.js';
import { type Joining, JoinKeep, joinQuery } from './join-rows.js';
import type { QueryKind, StepContext } from './step-kind.js';

const Key = z.object({
  left: z
    .string()
    .min(1, 'Choose a column')
    .meta({ title: 'Left column', ui: { widget: 'column', of: 'left' } }),
  right: z
    .string()
    .default('')
    .meta({ title: 'Is the same as', ui: { widget: 'column', of: 'right', placeholder: 'same name' } }),
});

const Params = z.object({
  keep: JoinKeep.default('every left row').meta({
    title: 'Keep',
    description:
      'every left row: right columns are empty without a match; matching rows: one row for each match; with or without a match: left rows alone, once, without right columns',
  }),
  keys: z
    .array(Key)
    .min(1, 'Choose at least one column')
    .meta({ title: 'Rows match where', description: 'All of these hold. A row without a key matches nothing' }),
  leftTime: z
    .string()
    .default('')
    .meta({
      title: 'As of the left time',
      description: 'Takes one right row: the latest at or before this time. Without it, every right row that matches',
      ui: { widget: 'column', of: 'left' },
    }),
  rightTime: z
    .string()
    .default('')
    .meta({
      title: 'Right time',
      description: 'Since when a right row holds',
      ui: { widget: 'column', of: 'right' },
    }),
  suffix: z
    .string()
    .default('_right')
    .meta({
      title: 'Ending of repeated names',
      description: 'Put after the name of a right column that the left has too: price_right',
      ui: { advanced: true },
    }),
});
type Params = z.infer<typeof Params>;

export const joinStep: QueryKind<Params> = {
  kind: 'query',
  isKept: true,
  type: {
    uses: 'core/join',
    title: 'Join',
    description: 'Puts rows of two inputs together where columns match',
    layer: 'shape',
    role: 'transform',
    icon: 'arrows-join',
    params: toJsonSchema(Params),
    inputs: [
      { name: 'left', title: 'Left', needs: [], optional: false },
      { name: 'right', title: 'Right', needs: [], optional: false },
    ],
    outputs: [{ name: 'rows', title: 'Rows' }],
  },
  params: Params,
  summary: ({ keep, keys, leftTime }) =>
    listPhrases(
      [
        phraseOf(keep),
        keys.map(({ left, right }) => (right && right !== left ? `${left} = ${right}` : left)).join(', '),
        leftTime && phrase`as of ${leftTime}`,
      ],
      ' · ',
    ),
  async compile(context) {
    return joinQuery(joiningOf(context));
  },
};

/** Finds the columns that a person named. @throws PARAM_INVALID */
function joiningOf({ params, inputs, timezone }: StepContext<Params>): Joining {
  const left = inputOf(inputs, 'left');
  const right = inputOf(inputs, 'right');
  const keys = params.keys.map((key, index) => ({
    left: comparable(columnAt(left, key.left, `keys.${index}.left`), `keys.${index}.left`),
    right: comparable(columnAt(right, key.right || key.left, `keys.${index}.right`), `keys.${index}.right`),
  }));
  if (Boolean(params.leftTime) !== Boolean(params.rightTime)) {
    const field = params.leftTime ? 'rightTime' : 'leftTime';
    throw new AppError('PARAM_INVALID', { field, reason: 'choose the time of both sides, or of none' });
  }
  const asOf = params.leftTime
    ? {
        left: timeful(columnAt(left, params.leftTime, 'leftTime'), 'leftTime'),
        right: timeful(columnAt(right, params.rightTime, 'rightTime'), 'rightTime'),
      }
    : undefined;
  const taken = new Set(left.columns.map(({ name }) => name));
  const isWide = params.keep === 'every left row' || params.keep === 'matching rows';
  const others = right.columns.filter(({ name }) => isWide && !keys.some((key) => key.right.name === name));
  const added = others.map((column) => ({
    column,
    as: taken.has(column.name) ? `${column.name}${params.suffix}` : column.name,
  }));
  refuseTwice([...taken, ...added.map(({ as }) => as)], 'suffix');
  return { left, right, keys, asOf, added, keep: params.keep, timezone };
}

function comparable(column: Column, field: string): Column {
  if (['text', 'number', 'boolean', 'time'].includes(column.family)) return column;
  throw new AppError('PARAM_INVALID', { field, reason: `${column.name} holds lists or objects, which are no key` });
}

function timeful(column: Column, field: string): Column {
  if (['time', 'text', 'number'].includes(column.family)) return column;
  throw new AppError('PARAM_INVALID', { field, reason: `${column.name} is not a time` });
}
