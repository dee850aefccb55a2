import { Injectable } from '@nestjs/common';
import { AppError, type Relation, type Sample, type Sql, type Step } from '@pelton/contract';
import { bind, identifier, join, sql, toReadable } from '@pelton/sdk';
import { WarehouseService } from '../infra/warehouse.service.js';
import { inputsOf, wireProblems } from '../pipelines/graph-check.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { RunDefinitions } from '../steps/run-definitions.js';
import type { QueryKind, StepOutcome, StepRunContext } from '../steps/step-kind.js';
import { StepsService } from '../steps/steps.service.js';
import type { RunDoc, StepOutputDoc } from './run.schema.js';

const SAMPLE_ROWS = 50;

/** What a finished step gives to those after it. */
export type StepGiven = Omit<StepOutputDoc, 'samples'>;

/** What a step run leaves behind. */
export interface Executed {
  rowsIn: number | null;
  rows: Record<string, number>;
  foot: string | null;
  sql: string | null;
  output: Pick<StepOutputDoc, 'relations' | 'samples' | 'drafted'>;
}

/** Runs one step, given what the steps before it gave. Running it again gives the same. */
@Injectable()
export class StepExecutor {
  constructor(
    private readonly steps: StepsService,
    private readonly warehouse: WarehouseService,
    private readonly projects: ProjectsService,
  ) {}

  /** @param before outputs of the run's finished steps */
  async execute(run: RunDoc, step: Step, before: readonly StepGiven[], signal: AbortSignal): Promise<Executed> {
    const kind = this.steps.kind(step);
    const [project, { timezone }] = await Promise.all([
      this.warehouse.project(run.projectId),
      this.projects.find(run.projectId),
    ]);
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
      isDraft: run.draft,
      view: {
        database: project.database,
        timezone,
        asOf,
        users: inputs.users?.sql,
        draft: run.draft ? draftedBy(before) : undefined,
      },
      signal,
      stage: (name) => `stage_${run._id}_${step.id}_${name}`,
      show: (statement) => shown.push(statement),
    };
    refuseMissing(kind.type.inputs, inputs);
    const outcome = kind.kind === 'query' ? await runQuery(kind, context) : await kind.run(context);
    const [samples, text] = await Promise.all([sampleAll(context, outcome), formatted(context, shown)]);
    return {
      rowsIn: rowsArriving(run, step),
      rows: outcome.rows,
      foot: outcome.foot ?? null,
      sql: text,
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

async function runQuery(kind: QueryKind<unknown>, context: StepRunContext): Promise<StepOutcome> {
  const { project, stage, signal, show } = context;
  const compiled = await kind.compile(context);
  show(compiled);
  const port = kind.type.outputs?.[0]?.name ?? 'rows';
  const relation = kind.isKept ? await kept(compiled) : compiled;
  const proves = kind.proves?.(context.params) ?? [];
  const proof = proves.length
    ? sql`, max(cityHash64(${join(proves.map((name) => sql`tuple(${identifier(name)})`))})) AS proof`
    : sql``;
  const [columns, { rows }] = await Promise.all([
    project.admin.columns(relation, { signal }),
    project.admin.row<{ rows: number }>(sql`SELECT count() AS rows${proof} FROM (${relation})`, { signal }),
  ]);
  return { outputs: { [port]: { sql: relation, columns } }, rows: { [port]: rows } };

  async function kept(query: Sql): Promise<Sql> {
    const table = stage(port);
    await project.admin.run(
      sql`CREATE OR REPLACE TABLE ${identifier(table)} ENGINE = MergeTree ORDER BY tuple() AS ${query}`,
      { signal },
    );
    return sql`SELECT * FROM ${identifier(project.database, table)}`;
  }
}

async function sampleAll({ project, signal }: StepRunContext, outcome: StepOutcome): Promise<Record<string, Sample>> {
  const samples = Object.entries(outcome.outputs).map(async ([port, relation]) => {
    const query = sql`SELECT * FROM (${relation.sql}) LIMIT ${bind('UInt32', SAMPLE_ROWS)}`;
    const rows = await project.admin.rows<Record<string, Sample['rows'][number][number]>>(query, { signal });
    const cells = rows.map((row) => relation.columns.map((column) => row[column.name] ?? null));
    return [port, { port, columns: relation.columns, rows: cells, total: outcome.rows[port] ?? cells.length }] as const;
  });
  return Object.fromEntries(await Promise.all(samples));
}

/** SQL as a person reads it; the engine itself lays it out. */
async function formatted({ project }: StepRunContext, statements: readonly Sql[]): Promise<string | null> {
  if (statements.length === 0) return null;
  const texts = statements.map((statement) => toReadable(statement));
  const rows = await project.admin.rows<{ text: string }>(
    sql`SELECT formatQueryOrNull(arrayJoin(${bind('Array(String)', texts)})) AS text`,
  );
  return rows.map((row, index) => row.text ?? texts[index]).join(';\n\n');
}

function draftedBy(before: readonly StepGiven[]) {
  const rows = (table: 'events' | 'user_traits') =>
    before.flatMap((output) => (output.drafted?.table === table ? [output.drafted.rows] : []));
  return { events: rows('events'), traits: rows('user_traits') };
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
