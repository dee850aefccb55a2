import { fileURLToPath } from 'node:url';
import { describeColumn, inEnglish, type Relation } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { type Engine, openEngine, type TableRow } from '@pelton/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aggregateStep } from './aggregate.step.js';
import { approvalStep } from './approval.step.js';
import { branchStep } from './branch.step.js';
import { deduplicateStep } from './deduplicate.step.js';
import type { CallablePipeline } from '../calls/signature.js';
import { filterStep } from './filter.step.js';
import { formulaStep } from './formula.step.js';
import { inputStep } from './input.step.js';
import { joinStep } from './join.step.js';
import { mergeStep } from './merge.step.js';
import { pipelineStep } from './pipeline.step.js';
import { pivotStep } from './pivot.step.js';
import { RunDefinitions } from './run-definitions.js';
import { sampleStep } from './sample.step.js';
import { selectStep } from './select.step.js';
import { sortStep } from './sort.step.js';
import type { ActionKind, AnyStepKind, QueryKind } from './step-kind.js';
import { CONTROL_EXAMPLES, ORDERS, STEP_EXAMPLES, type StepExample } from './testing/step-examples.js';
import { relationOf, stepContext } from './testing/step-context.js';
import { openTestProject, type TestProject } from './testing/test-project.js';
import { timeWindowStep } from './time-window.step.js';
import { unionStep } from './union.step.js';
import { unpivotStep } from './unpivot.step.js';
import { waitStep } from './wait.step.js';
import { windowStep } from './window.step.js';

// oxlint-disable-next-line typescript/no-explicit-any -- each kind's functions only ever get what its own schema read
const KINDS: readonly QueryKind<any>[] = [
  filterStep,
  selectStep,
  formulaStep,
  aggregateStep,
  joinStep,
  unionStep,
  sortStep,
  deduplicateStep,
  windowStep,
  pivotStep,
  unpivotStep,
  sampleStep,
];
/** A pipeline that keeps the large ones of the rows that it is given, as another one calls it. */
const LARGE_ORDERS: CallablePipeline = {
  ...{ name: 'large-orders', title: 'Large orders', version: 1 },
  takes: [
    { name: 'who', family: 'text' },
    { name: 'amount', family: 'number' },
  ],
  gives: [
    {
      ...{ name: 'large', title: 'Large', step: 'large', port: 'rows' },
      columns: [describeColumn('who', 'String'), describeColumn('amount', 'Nullable(Float64)')],
    },
  ],
};
const definitions = new RunDefinitions({
  ...{ metrics: [], tags: [], experiments: [], messages: [] },
  pipelines: [LARGE_ORDERS],
});
/** What the called pipeline does is done in place; a run of its own is in calls.spec.ts. */
function inPlace(): Parameters<typeof pipelineStep>[0] {
  let handed: Relation | undefined;
  return {
    call: async (_context, _called, rows) => {
      handed = rows;
      return { id: 'called', isOpen: false };
    },
    given: async () => [handed && { ...handed, sql: sql`SELECT * FROM (${handed.sql}) WHERE amount > 10` }],
    release: () => Promise.resolve(),
  };
}
/** The examples are drafts, in which nobody is put to wait. */
const nobody = { enter: () => Promise.resolve(0) };
// oxlint-disable-next-line typescript/no-explicit-any -- as above
const CONTROL: readonly (ActionKind<any> | QueryKind<any>)[] = [
  branchStep,
  mergeStep,
  waitStep(nobody),
  timeWindowStep(nobody),
  approvalStep({ waiting: nobody, approvals: { ask: () => Promise.resolve() } }),
  pipelineStep(inPlace()),
  inputStep,
];
const GUIDE = fileURLToPath(new URL('../../../../docs/guides/steps.md', import.meta.url));

let engine: Engine;
let tests: TestProject;
beforeAll(async () => {
  engine = openEngine();
  tests = await openTestProject();
});
afterAll(async () => {
  engine.close();
  await tests.close();
});

/** What the guide says is what the steps say of themselves and do; `vitest run --update steps-guide` writes it anew. */
test('the guide shows each step with what it makes of a small table', async () => {
  const parts = [];
  for (const kind of KINDS) parts.push(await sectionOf(kind, exampleOf(kind, STEP_EXAMPLES)));
  const control = [];
  for (const kind of CONTROL) {
    const example = exampleOf(kind, CONTROL_EXAMPLES);
    control.push(await (kind.kind === 'query' ? sectionOf(kind, example) : actionSectionOf(kind, example)));
  }
  const text = [INTRODUCTION, ...parts, END, CONTROL_INTRODUCTION, ...control].join('\n');
  await expect(text).toMatchFileSnapshot(GUIDE);
});

// oxlint-disable-next-line typescript/no-explicit-any -- as above
async function sectionOf(kind: QueryKind<any>, { uses, inputs, with: params, note }: StepExample): Promise<string> {
  const relations = Object.entries(inputs).map(([port, { columns, rows }]) => [
    port,
    relationOf(engine, `in_${port}`, columns, rows),
  ]);
  const context = stepContext(kind, params, Object.fromEntries(relations));
  const query = await kind.compile(context);
  const columns = engine.columns(query).map(({ name }) => name);
  const found = kind.type.uses === 'core/sort' ? engine.rows(query) : inOrder(engine.rows(query));
  return [
    `## ${kind.type.title}\n`,
    `${kind.type.description}. \`${uses}\`\n`,
    ...givenTo(kind, inputs),
    `With \`${inEnglish(kind.summary(context.params))}\`:\n`,
    table(columns, found),
    ...(note ? [`${note}\n`] : []),
  ].join('\n');
}

// oxlint-disable-next-line typescript/no-explicit-any -- as above
async function actionSectionOf(kind: ActionKind<any>, example: StepExample): Promise<string> {
  const inputs: Record<string, Relation> = {};
  for (const [port, { columns, rows }] of Object.entries(example.inputs))
    inputs[port] = await tests.relation(`in_${port}`, columns, rows);
  const { outputs, foot } = await tests.run(kind, example.with, { inputs, isDraft: true, definitions });
  const params: unknown = kind.params.parse(example.with);
  const found = [];
  for (const [port, relation] of foot ? [] : Object.entries(outputs))
    found.push(
      `From _${port}_:\n\n${table(
        relation.columns.map(({ name }) => name),
        inOrder(await tests.rows(relation)),
      )}`,
    );
  return [
    `## ${kind.type.title}\n`,
    `${kind.type.description}. \`${example.uses}\`\n`,
    ...(foot ? [] : givenTo(kind, example.inputs)),
    `With \`${inEnglish(kind.summary(params))}\`${foot ? '.' : ':'}\n`,
    ...found,
    ...(example.note ? [`${example.note}\n`] : []),
  ].join('\n');
}

function exampleOf(kind: AnyStepKind, examples: readonly StepExample[]): StepExample {
  const example = examples.find(({ uses }) => uses === kind.type.uses);
  if (!example) throw new Error(`${kind.type.uses} has no example`);
  return example;
}

/** What arrives, as far as it is not what arrives everywhere. */
function givenTo(kind: AnyStepKind, inputs: StepExample['inputs']): string[] {
  return Object.entries(inputs).flatMap(([port, { columns, rows }]) => {
    const title = kind.type.inputs.find(({ name }) => name === port)?.title ?? port;
    return rows === ORDERS.rows ? [] : [`${title}:\n\n${table(Object.keys(columns), rows)}`];
  });
}

/** Only a sort promises an order; the guide's is by the cells from the left. */
function inOrder(rows: TableRow[]): TableRow[] {
  const key = (row: TableRow) => JSON.stringify(Object.values(row));
  return rows.toSorted((a, b) => key(a).localeCompare(key(b)));
}

function table(columns: string[], rows: TableRow[]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const body = rows.map((row) => line(columns.map((name) => textOf(row[name]))));
  return [line(columns), line(columns.map(() => '---')), ...body, ''].join('\n');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '').replace('""', '');
}

const INTRODUCTION = `# Shape rows

Steps that make rows of rows. What they do is known before anything runs: the builder shows the columns that each gives, and
says at the field or the wire what does not fit. Most are read through by the steps after them; those that group, join,
rank or remove duplicates keep a table of the run ([why](../adr/0003-queries-flow-tables-rest.md)).

All examples begin with these orders; where a step has several inputs, they arrive at the first.

${table(Object.keys(ORDERS.columns), ORDERS.rows)}`;

const END = `## What else there is

**Enrich** adds columns of a dataset or of items to rows, and tells which have no match. It refuses a key that stands twice, so rows
never become more; a join does not. **SQL** is for what no step does: one SELECT over the rows and the project's data.
`;

const CONTROL_INTRODUCTION = `# Control

Steps that decide who goes on, where and when. What leading users through days means is told in [journeys](journeys.md).
`;
