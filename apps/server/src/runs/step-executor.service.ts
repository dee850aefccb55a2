import { Injectable } from '@nestjs/common';
import { AppError, parseRef, type Relation, type Sample, type Sql, type Step } from '@pelton/contract';
import { identifier, sql, toReadable } from '@pelton/sdk';
import { wireProblems } from '../pipelines/graph-check.service.js';
import type { ActionKind, QueryKind, StepOutcome, StepRunContext } from '../steps/step-kind.js';
import { StepsService } from '../steps/steps.service.js';
import { countRows, firstRows, SAMPLE_ROWS } from './measure.js';
import { PinnedRowsService } from './pinned-rows.service.js';
import { RunContexts, type StepGiven } from './run-contexts.service.js';
import { rowsArriving } from './run-counts.service.js';
import type { RunDoc, StepOutputDoc } from './run.schema.js';
import type { StepLease } from './step-lease.js';

/** From so many rows on, counting takes longer than asking, so it begins at once. */
const MANY_ROWS = 50_000;

/** What a step run leaves behind. */
export interface Executed {
  rowsIn: number | null;
  rows: Record<string, number>;
  foot: string | null;
  /** How many users wait at the step, when that is what it is for. */
  waiting?: number | undefined;
  sql: string | null;
  /** The run whose end it waits for, instead of being done. */
  awaits?: string | undefined;
  output: Pick<StepOutputDoc, 'relations' | 'samples' | 'drafted'>;
}

/** Runs one step, given what the steps before it gave. Running it again gives the same. */
@Injectable()
export class StepExecutor {
  constructor(
    private readonly steps: StepsService,
    private readonly contexts: RunContexts,
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
    const { kind, context: compiling } = await this.contexts.of(run, step, before);
    const { project, inputs, timezone, asOf } = compiling;
    const stage = (name: string) => `stage_${run._id}_${step.id}_${attempt}_${name}`;
    const pin = run.steps.find(({ id }) => id === step.id)?.pin;
    if (pin) return this.pinned.execute(pin, step.title ?? step.id, project, stage);
    const shown: Sql[] = [];
    const context: StepRunContext = {
      ...compiling,
      runId: run._id,
      stepId: step.id,
      pipeline: run.pipeline,
      version: run.version,
      isDraft: isDry(run),
      isReadOn: !isDry(run) && run.graph.steps.some((other) => readsFrom(other, step.id)),
      view: {
        database: project.database,
        timezone,
        asOf,
        users: inputs.users?.sql,
        draft: isDry(run) ? draftedBy(before) : undefined,
      },
      awaited: run.steps.find(({ id }) => id === step.id)?.awaits,
      signal,
      confirm,
      stage,
      keep: (name) => `stage_${run._id}_${step.id}_kept_${name}`,
      firstRows: (relation) => firstRows(project, relation, signal),
      show: (statement) => shown.push(statement),
    };
    refuseMissing(kind.type.inputs, inputs);
    const rowsIn = rowsArriving(run.steps, step.inputs);
    const { outcome, samples } =
      kind.kind === 'query' ? await runQuery(kind, context, rowsIn) : await runAction(kind, context);
    return {
      rowsIn,
      rows: outcome.rows,
      foot: outcome.foot ?? null,
      waiting: outcome.waiting,
      awaits: outcome.awaits,
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
  const counted = () => countRows(project, relation, { proves: kind.proves?.(context.params) ?? [], signal });
  const [first, count] = await Promise.all([firstRows(project, relation, signal), isMany ? counted() : undefined]);
  // A sample that is not full is all there is.
  const rows = count ?? (first.rows.length < SAMPLE_ROWS ? first.rows.length : await counted());
  return {
    outcome: { outputs: { [port]: { sql: relation, columns: first.columns } }, rows: { [port]: rows } },
    samples: { [port]: { port, ...first, total: rows } },
  };

  async function kept(query: Sql): Promise<Sql> {
    const table = stage(port);
    await project.admin.run(
      sql`CREATE OR REPLACE TABLE ${identifier(table)} ENGINE = MergeTree ORDER BY tuple() AS ${query}`,
      { signal },
    );
    return sql`SELECT * FROM ${identifier(project.database, table)}`;
  }
}

/** Outputs that the step did not count are not looked at either, until somebody asks. */
async function runAction(kind: ActionKind<unknown>, context: StepRunContext): Promise<Ran> {
  const outcome = await kind.run(context);
  const counted = Object.entries(outcome.outputs).filter(([port]) => outcome.rows[port] !== undefined);
  const samples = counted.map(async ([port, relation]) => {
    const first = outcome.samples?.[port] ?? (await context.firstRows(relation.sql));
    const total = outcome.rows[port] ?? first.rows.length;
    return [port, { port, ...first, total, ...(outcome.messages && { messages: outcome.messages }) }] as const;
  });
  return { outcome, samples: Object.fromEntries(await Promise.all(samples)) };
}

function isDry({ draft, dry }: RunDoc): boolean {
  return draft || dry === true;
}

function draftedBy(before: readonly StepGiven[]) {
  const rows = (table: NonNullable<StepOutcome['drafted']>['table']) =>
    before.flatMap((output) => (output.drafted?.table === table ? [output.drafted.rows] : []));
  return { events: rows('events'), traits: rows('user_traits'), items: rows('item_properties') };
}

function readsFrom(step: Step, id: string): boolean {
  return Object.values(step.inputs).some((ref) => parseRef(ref).step === id);
}
