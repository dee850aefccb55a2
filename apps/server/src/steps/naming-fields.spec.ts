import { AppError, describeColumn, type Relation } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { expect, test } from 'vitest';
import { branchStep } from './branch.step.js';
import { filterStep } from './filter.step.js';
import { joinStep } from './join.step.js';
import { namingFields } from './naming-fields.js';
import type { ActionKind, QueryKind, StepRunContext } from './step-kind.js';
import { stepContext } from './testing/step-context.js';

const rows: Relation = { sql: sql`SELECT 1 AS amount`, columns: [describeColumn('amount', 'Float64')] };
const cheap = { rules: [{ field: 'amount', operator: '<', value: 'cheap' }] };

test('what is wrong with a step is told by the name that its form gives the field', async () => {
  const filter = namingFields(filterStep) as QueryKind<unknown>;
  await expect(filter.compile(stepContext(filter, { condition: cheap }, { rows }))).rejects.toThrow(
    /^Keep rows where: amount “<” compares with a number, not with cheap$/,
  );
  const join = namingFields(joinStep) as QueryKind<unknown>;
  const given = { keys: [{ left: 'amount', right: 'price' }] };
  await expect(join.compile(stepContext(join, given, { left: rows, right: rows }))).rejects.toThrow(
    /^Rows match where 1, Is the same as: There is no column price/,
  );
});

test('before it runs and when it runs', async () => {
  const branch = namingFields(branchStep) as ActionKind<unknown>;
  const params = { branches: [{ name: 'cheap', condition: cheap }] };
  const context = stepContext(branch, params, { rows });
  const message = /^Branches 1, Rows where: amount “<” compares with a number/;
  await expect(branch.columns(context)).rejects.toThrow(message);
  await expect(branch.run(context as unknown as StepRunContext)).rejects.toThrow(message); // it fails before it asks for more
});

test('a field of the connection is called as the connection’s form calls it', async () => {
  const broken: ActionKind<unknown> = {
    ...(branchStep as ActionKind<unknown>),
    columns: () => Promise.reject(new AppError('PARAM_INVALID', { field: 'account', reason: 'is no key' })),
  };
  const named = namingFields(broken, { properties: { account: { title: 'Service account' } } }) as ActionKind<unknown>;
  await expect(
    named.columns(stepContext(branchStep, { branches: [{ name: 'a', condition: {} }] }, {})),
  ).rejects.toThrow('Service account: is no key');
});
