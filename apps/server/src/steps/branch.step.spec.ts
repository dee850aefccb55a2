import type { Relation } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { branchStep } from './branch.step.js';
import { mergeStep } from './merge.step.js';
import { stepContext } from './testing/step-context.js';
import { openTestProject, type TestProject } from './testing/test-project.js';

let tests: TestProject;
let people: Relation;
beforeAll(async () => {
  tests = await openTestProject();
  people = await tests.relation(
    'people',
    { user_id: 'String', spent: 'Nullable(Float64)', way: 'String', cells: 'JSON' },
    [
      { user_id: 'ann', spent: 120, way: 'a', cells: { x: 1 } },
      { user_id: 'bob', spent: 15, way: 'b', cells: {} },
      { user_id: 'cy', spent: null, way: 'c', cells: {} },
    ],
  );
}, 60_000);
afterAll(() => tests.close());

const where = (field: string, operator: string, value: unknown) => ({ rules: [{ field, operator, value }] });
const users = async (relation: Relation | undefined) => (await tests.rows(relation)).map((row) => row['user_id']);

describe('branch', () => {
  test('a row goes the way of the first condition that it meets, or else', async () => {
    const { outputs, rows } = await tests.run(
      branchStep,
      {
        branches: [
          { name: 'High', condition: where('spent', '>', 100) },
          { name: 'any', condition: where('spent', '>', 1) },
        ],
      },
      { inputs: { rows: people } },
    );
    expect(await tests.rows(outputs['High'])).toEqual([{ user_id: 'ann', spent: 120, way: 'a', cells: { x: 1 } }]);
    expect(await tests.rows(outputs['any'])).toEqual([{ user_id: 'bob', spent: 15, way: 'b', cells: {} }]);
    expect(await users(outputs['else'])).toEqual(['cy']);
    expect(rows).toEqual({ High: 1, any: 1, else: 1 });
    expect(outputs['any']?.columns).toEqual(people.columns);
  });

  test('a column that has the name of what the step keeps is compared as itself', async () => {
    const { outputs } = await tests.run(
      branchStep,
      { branches: [{ name: 'b', condition: where('way', '=', 'b') }] },
      { inputs: { rows: people } },
    );
    expect(await users(outputs['b'])).toEqual(['bob']);
  });

  test('a way that nobody takes is there and empty', async () => {
    const none = { ...people, sql: { parts: [...people.sql.parts, ' WHERE false'] } };
    const { rows } = await tests.run(
      branchStep,
      { branches: [{ name: 'b', condition: where('way', '=', 'b') }] },
      { inputs: { rows: none } },
    );
    expect(rows).toEqual({ b: 0, else: 0 });
  });

  test('what is wrong is told at its branch', async () => {
    const branches = [
      { name: 'a', condition: {} },
      { name: 'b', condition: where('age', '>', 1) },
    ];
    const context = stepContext(branchStep, { branches }, { rows: people });
    await expect(branchStep.columns(context)).rejects.toThrow('branches.1.condition: There is no column age.');
    const named = (...names: string[]) =>
      branchStep.params.safeParse({ branches: names.map((name) => ({ name, condition: {} })) }).error?.issues[0]
        ?.message;
    expect(named('a', 'a')).toBe('Give each branch a name of its own');
    expect(named('else')).toBe('That is where rows go that meet no condition; choose another name');
    expect(named('a.b')).toBe('Use letters, digits, spaces, dashes and underscores, at most 40');
    expect(named('큰 손님', 'été-2')).toBeUndefined();
  });

  test('its ports are its branches and else', () => {
    const params = branchStep.params.parse({ branches: [{ name: ' VIP ', condition: {} }] });
    expect(branchStep.outputs(params, stepContext(branchStep, params, {}).definitions)).toEqual([
      { name: 'VIP', title: 'VIP' },
      { name: 'else', title: 'Else' },
    ]);
  });
});

describe('merge', () => {
  const merge = async (inputs: Record<string, Relation>) => {
    const query = await mergeStep.compile(stepContext(mergeStep, {}, inputs));
    const rows = await tests.project.admin.rows<Record<string, unknown>>(query);
    return rows.toSorted((a, b) => String(a['user_id']).localeCompare(String(b['user_id'])));
  };

  test('each user comes once, with the row of the first input that has them', async () => {
    const late = await tests.relation('late', { user_id: 'String', place: 'String' }, [
      { user_id: 'bob', place: 'late' },
      { user_id: 'dee', place: 'late' },
      { user_id: 'dee', place: 'late' },
      { user_id: '', place: 'nobody' },
    ]);
    const early = await tests.relation('early', { place: 'String', user_id: 'String' }, [
      { place: 'early', user_id: 'bob' },
    ]);
    expect(await merge({ first: early, third: late })).toEqual([
      { place: 'early', user_id: 'bob' },
      { place: 'late', user_id: 'dee' },
    ]);
    expect(
      (await merge({ first: people, second: late })).map((row) => [row['user_id'], row['place'], row['spent']]),
    ).toEqual([
      ['ann', null, 120],
      ['bob', null, 15],
      ['cy', null, null],
      ['dee', 'late', null],
    ]);
  });

  test('of rows that differ the same one is taken each time', async () => {
    const types = { user_id: 'String', n: 'Int32' };
    const rows = [
      { user_id: 'ann', n: 1 },
      { user_id: 'ann', n: 2 },
    ];
    const forwards = await tests.relation('forwards', types, rows);
    const backwards = await tests.relation('backwards', types, rows.toReversed());
    expect(await merge({ first: forwards })).toEqual(await merge({ first: backwards }));
  });

  test('needs at least one input', async () => {
    await expect(merge({})).rejects.toThrow('Nothing is connected to First');
  });
});
