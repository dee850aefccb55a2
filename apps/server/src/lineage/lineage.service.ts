import { Injectable } from '@nestjs/common';
import {
  AppError,
  type Column,
  isAppError,
  type Lineage,
  type LineageQuery,
  parseRef,
  reachable,
  type Step,
  type StepCheck,
  stableText,
} from '@pelton/contract';
import { PIPELINE_STEP } from '../calls/call-circle.js';
import { tableOf } from '../datasets/dataset.queries.js';
import { DatasetsService } from '../datasets/datasets.service.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import { GraphCheckService } from '../pipelines/graph-check.service.js';
import { titleOf } from '../pipelines/graph-structure.js';
import { type PipelineGraph, PipelinesService } from '../pipelines/pipelines.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { DefinitionsService } from '../steps/definitions.service.js';
import { INPUT_STEP } from '../steps/input.step.js';
import type { StepContext } from '../steps/step-kind.js';
import { type FrozenDefinitions, RunDefinitions } from '../steps/run-definitions.js';
import { StepsService } from '../steps/steps.service.js';
import { SyncsService } from '../syncs/syncs.service.js';
import { DefinitionLineage } from './definition-lineage.service.js';
import { LineageDraft } from './lineage-draft.js';
import { type Said, SendersService } from './senders.service.js';
import { addStep, addStream, type KnownStep } from './step-lineage.js';
import { markedInputs, type QueryTrace, traceQuery } from './trace-query.js';

type Base = Omit<StepContext, 'params' | 'inputs'>;

/** Where the data of a project comes from. */
interface Collected {
  syncs: Awaited<ReturnType<SyncsService['list']>>;
  datasets: Awaited<ReturnType<DatasetsService['list']>>;
  said: Said[];
}

/** Tells what every number, person and message of a project comes from, by column where the warehouse knows. */
@Injectable()
export class LineageService {
  private readonly known = new Map<string, { state: string; lineage: Promise<Lineage> }>();

  constructor(
    private readonly pipelines: PipelinesService,
    private readonly checker: GraphCheckService,
    private readonly steps: StepsService,
    private readonly definitions: DefinitionsService,
    private readonly definitionLineage: DefinitionLineage,
    private readonly senders: SendersService,
    private readonly syncs: SyncsService,
    private readonly datasets: DatasetsService,
    private readonly warehouse: WarehouseService,
    private readonly projects: ProjectsService,
  ) {}

  /** @throws LINEAGE_UNKNOWN for a thing that nothing of the project names */
  async reach(projectId: string, query: LineageQuery): Promise<Lineage> {
    const whole = await this.whole(projectId);
    if (!whole.nodes.some(({ id }) => id === query.id)) throw new AppError('LINEAGE_UNKNOWN', { id: query.id });
    return reachable(whole, query);
  }

  /** Worked out anew only when a pipeline or a definition has changed. */
  async whole(projectId: string): Promise<Lineage> {
    const [pipelines, definitions, syncs, datasets, said] = await Promise.all([
      this.pipelines.state(projectId),
      this.definitions.freeze(projectId),
      this.syncs.list(projectId),
      this.datasets.list(projectId),
      this.senders.said(projectId),
    ]);
    const state = stableText([
      pipelines,
      definitions,
      syncs.map(({ updatedAt }) => updatedAt),
      datasets.map(({ columns }) => columns),
      said,
    ]);
    const known = this.known.get(projectId);
    if (known?.state === state) return known.lineage;
    const lineage = this.build(projectId, definitions, { syncs, datasets, said });
    this.known.set(projectId, { state, lineage });
    lineage.catch(() => this.known.delete(projectId)); // the next one to ask tries again
    return lineage;
  }

  private async build(
    projectId: string,
    frozen: FrozenDefinitions,
    { syncs, datasets, said }: Collected,
  ): Promise<Lineage> {
    const [project, { timezone }, pipelines] = await Promise.all([
      this.warehouse.project(projectId),
      this.projects.find(projectId),
      this.pipelines.graphs(projectId),
    ]);
    const base: Base = {
      ...{ projectId, project, timezone, asOf: new Date().toISOString() },
      definitions: new RunDefinitions(frozen),
    };
    const draft = new LineageDraft();
    const tables = new Map(datasets.map(({ name }) => [tableOf(name), name]));
    for (const { name, title, columns } of datasets)
      draft.node('dataset', name, { title, columns: columns.map((column) => column.name) });
    for (const { connection, stream, dataset } of syncs) {
      const columns = datasets.find(({ name }) => name === dataset)?.columns.map(({ name }) => name) ?? [];
      const named = stream['stream'];
      if (typeof named === 'string')
        draft.pass(addStream(draft, connection, named, columns), draft.node('dataset', dataset), columns);
    }
    addSaid(draft, said, pipelines);
    await this.definitionLineage.add(draft, base, frozen);
    // One pipeline after another, so that looking at a lineage does not take the warehouse for itself.
    // oxlint-disable-next-line no-await-in-loop
    for (const pipeline of pipelines) await this.addPipeline(draft, base, pipeline, { pipelines, tables });
    return draft.done();
  }

  private async addPipeline(
    draft: LineageDraft,
    base: Base,
    { name: pipeline, title: within, graph }: PipelineGraph,
    { pipelines, tables }: { pipelines: readonly PipelineGraph[]; tables: ReadonlyMap<string, string> },
  ): Promise<void> {
    const check = await this.checker.check(base.projectId, graph);
    const checks = new Map(check.steps.map((step) => [step.id, step]));
    for (const step of graph.steps) {
      const inputs = Object.fromEntries(
        Object.entries(step.inputs).map(([port, ref]) => [port, columnsAt(checks, ref)]),
      );
      const columns = [
        ...new Set(
          Object.values(checks.get(step.id)?.columns ?? {})
            .flat()
            .map(({ name }) => name),
        ),
      ];
      const title = titleOf(graph, step.id, this.steps);
      // oxlint-disable-next-line no-await-in-loop -- one after another, as above
      const trace = await this.traceStep(base, step, inputs);
      addStep(draft, {
        ...{
          pipeline,
          within,
          step,
          title,
          columns,
          inputs,
          needs: this.needsOf(step.uses),
          trace,
        },
        ...{ datasets: tables, calls: callOf(step, pipelines), trigger: graph.trigger },
      });
    }
  }

  /** What a step's query makes its columns of; undefined where there is none, or where it cannot be compiled now. */
  private async traceStep(
    base: Base,
    step: Step,
    inputs: Record<string, readonly Column[]>,
  ): Promise<QueryTrace | undefined> {
    try {
      const kind = this.steps.kind(step);
      const context = { ...base, params: this.steps.readParams(kind, step), inputs: markedInputs(inputs) };
      const query = kind.kind === 'query' ? await kind.compile(context) : await kind.rowsQuery?.(context);
      return (
        query &&
        (await traceQuery(query, Object.keys(inputs), inputs, (explain) =>
          base.project.admin.rows<{ explain: string }>(explain),
        ))
      );
    } catch (error) {
      if (isAppError(error)) return undefined;
      throw error;
    }
  }

  private needsOf(uses: string): Record<string, string[]> {
    const type = this.steps.types().find((each) => each.uses === uses);
    return Object.fromEntries((type?.inputs ?? []).map(({ name, needs }) => [name, needs.map((need) => need.name)]));
  }
}

/** What senders said by themselves; what a pipeline stores bears its name, and its steps tell more. */
function addSaid(draft: LineageDraft, said: readonly Said[], pipelines: readonly PipelineGraph[]): void {
  const own = new Set(pipelines.map(({ name }) => name));
  const sent = said.filter(({ source }) => !own.has(source));
  for (const { source, noun, name, columns } of sent)
    draft.edge(draft.node('source', source), draft.stored(noun, name, columns));
  for (const noun of ['event', 'trait', 'item'] as const)
    for (const source of new Set(sent.filter((each) => each.noun === noun).map((each) => each.source)))
      draft.edge(`source/${source}`, `${noun}/`);
}

/** Where a step that calls another pipeline hands its rows over, and where it gets back what it gives. */
function callOf(step: Step, pipelines: readonly PipelineGraph[]): KnownStep['calls'] {
  const called = step.uses === PIPELINE_STEP && pipelines.find(({ name }) => name === step.with['pipeline']);
  if (!called || !called.isLive) return undefined;
  const { steps } = called.graph;
  const read = new Set(steps.flatMap(({ inputs }) => Object.values(inputs).map((ref) => parseRef(ref).step)));
  return {
    pipeline: called.name,
    takes: steps.filter(({ uses }) => uses === INPUT_STEP).map(({ id }) => id),
    gives: steps.filter(({ id }) => !read.has(id)).map(({ id }) => id),
  };
}

function columnsAt(checks: ReadonlyMap<string, StepCheck>, ref: string): Column[] {
  const { step, port } = parseRef(ref);
  const columns = checks.get(step)?.columns ?? {};
  return (port === undefined ? Object.values(columns)[0] : columns[port]) ?? [];
}
