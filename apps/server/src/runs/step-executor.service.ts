import { Injectable } from '@nestjs/common';
import { AppError, type Relation, type Sample, type Sql, type Step } from '@pelton/contract';
import { bind, identifier, join, sql, toReadable } from '@pelton/sdk';
import { WarehouseService } from '../infra/warehouse.service.js';
import { inputsOf, wireProblems } from '../pipelines/graph-check.service.js';
import { RunDefinitions } from '../steps/run-definitions.js';
import type { ActionKind, QueryKind, StepOutcome, StepRunContext } from '../steps/step-kind.js';
import { StepsService } from '../steps/steps.service.js';
import { PinnedRowsService } from './pinned-rows.service.js';
import type { RunDoc, StepOutputDoc } from './run.schema.js';
import type { StepLease } from './step-lease.js';

const SAMPLE_ROWS = 50;
/** From so many rows on, counting takes longer than asking, so it begins at once. */
const MANY_ROWS = 50_000;

/** What a finished step gives to those after it. */
export type StepGiven = Omit<StepOutputDoc, 'samples'>;

/** What a step run leaves behind. */
export interface Executed {
  rowsIn: number | null;
  rows: Record<string, number>;
  foot: string | null;
  /** How many users wait at the step, when that is what it is for. */
  waiting?: number | undefined;
  sql: string | null;
  output: Pick<StepOutputDoc, 'relations' | 'samples' | 'drafted'>;
}

/** Runs one step, given what the steps before it gave. Running it again gives the same. */
@Injectable()
export class StepExecutor {
  constructor(
    private readonly steps: StepsService,
    private readonly warehouse: WarehouseService,
    private readonly pinned: PinnedRowsService,
  ) {}

  /** Whether a kind of step goes on with whoever arrives in a run. */
  takesWhoArrives(uses: string): boolean {
    return this.steps.takesWhoArrives(uses);
  }

  /**
   * @param attempt number of this attempt at the step; tables are its own, so that an attempt that was given up cannot
   *   spoil the next one
   * @param before outputs of the run's finished steps
   */
  async execute(
    run: RunDoc,
    { step, attempt }: { step: Step; attempt: number },
    before: readonly StepGiven[],
    { signal, confirm }: Pick<StepLease, 'signal' | 'confirm'>,
  ): Promise<Executed> {
    const kind = this.steps.kind(step);
    const { timezone } = run;
    const project = await this.warehouse.project(run.projectId);
    const stage = (name: string) => `stage_${run._id}_${step.id}_${attempt}_${name}`;
    const pin = run.steps.find(({ id }) => id === step.id)?.pin;
    if (pin) return this.pinned.execute(pin, step.title ?? step.id, project, stage);
    const inputs = inputsOf(step, new Map(before.map((output) => [output.stepId, output.relations])));
    const asOf = run.asOf.toISOString();
    const shown: Sql[] = [];
    const context: StepRunContext = {
      projectId: run.projectId,
      project,
      params: this.steps.readParams(kind, step),
      inputs,
      timezone,
      asOf,
      definitions: new RunDefinitions(run.definitions),
      runId: run._id,
      stepId: step.id,
      pipeline: run.pipeline,
      version: run.version,
      isDraft: isDry(run),
      view: {
        database: project.database,
        timezone,
        asOf,
        users: inputs.users?.sql,
        draft: isDry(run) ? draftedBy(before) : undefined,
      },
      signal,
      confirm,
      stage,
      keep: (name) => `stage_${run._id}_${step.id}_kept_${name}`,
      show: (statement) => shown.push(statement),
    };
    refuseMissing(kind.type.inputs, inputs);
    const rowsIn = rowsArriving(run, step);
    const { outcome, samples } =
      kind.kind === 'query' ? await runQuery(kind, context, rowsIn) : await runAction(kind, context);
    return {
      rowsIn,
      rows: outcome.rows,
      foot: outcome.foot ?? null,
      waiting: outcome.waiting,
      sql: shown.length > 0 ? shown.map((statement) => toReadable(statement)).join(';\n\n') : null,
      output: { relations: outcome.outputs, samples, ...(outcome.drafted && { drafted: outcome.drafted }) },
    };

    function refuseMissing(ports: typeof kind.type.inputs, arrived: Record<string, Relation>) {
      const missing = ports.find((port) => !port.optional && !arrived[port.name]);
      if (missing) throw new AppError('INPUT_MISSING', { port: missing.title });
      const [problem] = wireProblems(ports, arrived);
      if (problem?.wire) {
        const { column, wanted, found, closest } = problem.wire;
        throw new AppError('WIRE_REFUSED', { column, wanted, found, closest: closest.map(({ name }) => name) });
      }
    }
  }
}

interface Ran {
  outcome: StepOutcome;
  samples: Record<string, Sample>;
}

async function runQuery(kind: QueryKind<unknown>, context: StepRunContext, rowsIn: number | null): Promise<Ran> {
  const { project, stage, signal, show } = context;
  const compiled = await kind.compile(context);
  show(compiled);
  const port = kind.type.outputs?.[0]?.name ?? 'rows';
  const relation = kind.isKept ? await kept(compiled) : compiled;
  const isMany = (rowsIn ?? 0) >= MANY_ROWS;
  const [first, count] = await Promise.all([firstRows(context, relation), isMany ? counted(relation) : undefined]);
  // A sample that is not full is all there is.
  const rows = count ?? (first.rows.length < SAMPLE_ROWS ? first.rows.length : await counted(relation));
  return {
    outcome: { outputs: { [port]: { sql: relation, columns: first.columns } }, rows: { [port]: rows } },
    samples: { [port]: { port, ...first, total: rows } },
  };

  async function counted(query: Sql): Promise<number> {
    const proves = kind.proves?.(context.params) ?? [];
    const proof = proves.length
      ? sql`, max(cityHash64(${join(proves.map((name) => sql`tuple(${identifier(name)})`))})) AS proof`
      : sql``;
    const count = sql`SELECT count() AS rows${proof} FROM (${query})`;
    return (await project.admin.row<{ rows: number }>(count, { signal })).rows;
  }

  async function kept(query: Sql): Promise<Sql> {
    const table = stage(port);
    await project.admin.run(
      sql`CREATE OR REPLACE TABLE ${identifier(table)} ENGINE = MergeTree ORDER BY tuple() AS ${query}`,
      { signal },
    );
    return sql`SELECT * FROM ${identifier(project.database, table)}`;
  }
}

async function runAction(kind: ActionKind<unknown>, context: StepRunContext): Promise<Ran> {
  const outcome = await kind.run(context);
  const samples = Object.entries(outcome.outputs).map(async ([port, relation]) => {
    const first = await firstRows(context, relation.sql);
    return [port, { port, ...first, total: outcome.rows[port] ?? first.rows.length }] as const;
  });
  return { outcome, samples: Object.fromEntries(await Promise.all(samples)) };
}

function firstRows({ project, signal }: StepRunContext, relation: Sql): Promise<Pick<Sample, 'columns' | 'rows'>> {
  return project.admin.table(sql`SELECT * FROM (${relation}) LIMIT ${bind('UInt32', SAMPLE_ROWS)}`, { signal });
}

function isDry({ draft, dry }: RunDoc): boolean {
  return draft || dry === true;
}

function draftedBy(before: readonly StepGiven[]) {
  const rows = (table: NonNullable<StepOutcome['drafted']>['table']) =>
    before.flatMap((output) => (output.drafted?.table === table ? [output.drafted.rows] : []));
  return { events: rows('events'), traits: rows('user_traits'), items: rows('item_properties') };
}

function rowsArriving(run: RunDoc, step: Step): number | null {
  const refs = Object.values(step.inputs);
  if (refs.length === 0) return null;
  return refs.reduce((sum, ref) => {
    const [from, port] = ref.split('.', 2);
    const rows = run.steps.find((other) => other.id === from)?.rows ?? {};
    return sum + (port === undefined ? (Object.values(rows)[0] ?? 0) : (rows[port] ?? 0));
  }, 0);
}
