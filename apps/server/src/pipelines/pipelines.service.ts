import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import {
  AppError,
  compareGraphs,
  countDifferences,
  type DraftChange,
  type Graph,
  type GraphCheck,
  type NamedNoun,
  type Pipeline,
  type PipelineFilter,
  type PipelineInput,
  type PipelineSummary,
  type PublishInput,
  type StepCheck,
} from '@pelton/contract';
import type { Model } from 'mongoose';
import { CallCheck } from '../calls/call-check.service.js';
import { signatureOf } from '../calls/signature.js';
import type { Actor } from '../common/allow.js';
import { isDuplicate } from '../common/duplicate.js';
import { newId } from '../common/ids.js';
import { pipelinesNaming, UsageService } from '../definitions/usage.service.js';
import { StepsService } from '../steps/steps.service.js';
import { TriggerCheck } from '../triggers/trigger-check.service.js';
import { armed, toStatus } from '../triggers/trigger-state.js';
import { GraphCheckService } from './graph-check.service.js';
import { structureProblems, titleOf } from './graph-structure.js';
import { PipelineRemovals } from './pipeline-removals.service.js';
import type { PipelineDoc, PipelineVersionDoc } from './pipeline.schema.js';
import { StepPlugins } from './step-plugins.service.js';

/** What a pipeline does: its live version, or its draft while there is none. */
export interface PipelineGraph extends Pick<Pipeline, 'name' | 'title'> {
  graph: Graph;
  isLive: boolean;
}

@Injectable()
export class PipelinesService {
  constructor(
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
    @InjectModel('PipelineVersion') private readonly versions: Model<PipelineVersionDoc>,
    private readonly checker: GraphCheckService,
    private readonly triggers: TriggerCheck,
    private readonly calls: CallCheck,
    private readonly steps: StepsService,
    private readonly plugins: StepPlugins,
    private readonly removals: PipelineRemovals,
    private readonly usage: UsageService,
  ) {}

  async list(projectId: string): Promise<Pipeline[]> {
    const docs = await this.pipelines.find({ projectId }).sort({ updatedAt: -1 }).lean();
    return docs.map(toPipeline);
  }

  /** Is another whenever {@link graphs} may give something else, and much smaller. */
  async state(projectId: string): Promise<unknown[]> {
    const docs = await this.pipelines
      .find({ projectId }, { title: 1, revision: 1, 'live.version': 1 })
      .sort({ _id: 1 })
      .lean<Pick<PipelineDoc, '_id' | 'title' | 'revision' | 'live'>[]>();
    return docs.map(({ _id, title, revision, live }) => (live ? [_id, title, live.version] : [_id, revision]));
  }

  /** The last to change first. */
  async graphs(projectId: string): Promise<PipelineGraph[]> {
    return this.pipelines.aggregate<PipelineGraph>([
      { $match: { projectId } },
      { $sort: { updatedAt: -1 } },
      {
        $project: {
          ...{ _id: 0, name: 1, title: 1, graph: { $ifNull: ['$live.graph', '$draft'] } },
          isLive: { $gt: ['$live', null] },
        },
      },
    ]);
  }

  async summaries(projectId: string, { uses }: PipelineFilter): Promise<PipelineSummary[]> {
    const [noun, name = ''] = uses?.split('/') ?? [];
    const naming = noun === undefined ? {} : pipelinesNaming(noun as NamedNoun, name); // the filter's schema knows no others
    const docs = await this.pipelines
      .find({ projectId, ...naming })
      .sort({ updatedAt: -1 })
      .lean();
    return docs.map((doc) => toSummary(toPipeline(doc)));
  }

  async find(projectId: string, name: string): Promise<Pipeline> {
    return toPipeline(await this.load(projectId, name));
  }

  async create(actor: Pick<Actor, 'projectId' | 'name'>, input: PipelineInput): Promise<Pipeline> {
    const { name, title, description, graph } = input;
    await this.removals.endBegun({ projectId: actor.projectId, pipeline: name });
    const doc: PipelineDoc = {
      _id: newId(),
      projectId: actor.projectId,
      name,
      title,
      description,
      revision: 1,
      draft: graph,
      updatedAt: new Date(),
      updatedBy: actor.name,
    };
    try {
      await this.pipelines.create(doc);
    } catch (error) {
      if (isDuplicate(error)) throw new AppError('NAME_TAKEN', { noun: 'pipeline', name }, { cause: error });
      throw error;
    }
    return toPipeline(doc);
  }

  /** Saves the draft, unless somebody else saved another one since it was read. */
  async changeDraft(actor: Actor, name: string, change: DraftChange): Promise<Pipeline> {
    const { revision, graph, ...named } = change;
    const saved = await this.pipelines
      .findOneAndUpdate(
        { projectId: actor.projectId, name, revision },
        {
          $set: { draft: graph, ...named, updatedAt: new Date(), updatedBy: actor.name },
          $inc: { revision: 1 },
        },
        { returnDocument: 'after' },
      )
      .lean();
    if (saved) return toPipeline(saved);
    throw new AppError('STALE_REVISION', { by: (await this.load(actor.projectId, name)).updatedBy });
  }

  /** @param name the pipeline that the graph is of, when there is one */
  async check(projectId: string, graph: Graph, name?: string): Promise<GraphCheck> {
    const [{ steps: checked }, trigger] = await Promise.all([
      this.checker.check(projectId, graph),
      this.triggers.check(projectId, graph, name),
    ]);
    const steps = name === undefined ? checked : await this.calls.check(projectId, graph, name, checked);
    return { ok: trigger.length === 0 && steps.every((step) => step.problems.length === 0), steps, trigger };
  }

  /** Makes the draft the live version, with its trigger. @throws PIPELINE_HAS_PROBLEMS, TRIGGER_WRONG, NOTHING_CHANGED */
  async publish(
    actor: Pick<Actor, 'projectId' | 'name'>,
    name: string,
    { note }: PublishInput = { note: '' },
  ): Promise<Pipeline> {
    const doc = await this.load(actor.projectId, name);
    if (doc.draft.steps.length === 0) throw new AppError('PIPELINE_EMPTY', {});
    if (doc.live && isSame(doc.live.graph, doc.draft)) throw new AppError('NOTHING_CHANGED', {});
    const { steps, trigger } = await this.check(actor.projectId, doc.draft, name);
    const wrong = steps.filter((step) => step.problems.length > 0);
    if (wrong.length > 0)
      throw new AppError('PIPELINE_HAS_PROBLEMS', {
        steps: wrong.map((step) => titleOf(doc.draft, step.id, this.steps)),
      });
    if (trigger[0]) throw new AppError('TRIGGER_WRONG', { reason: trigger[0].message });
    return this.makeLive(actor, doc, { note, checks: steps });
  }

  /**
   * Makes a draft that came from files the live version. What it reads, such as a secret or an uploaded file, may come
   * later, so only what the graph itself has wrong keeps it from being live.
   * @throws the first thing that keeps the graph from running at all, TRIGGER_WRONG
   */
  async publishFromFiles(actor: Pick<Actor, 'projectId' | 'name'>, name: string): Promise<void> {
    const doc = await this.load(actor.projectId, name);
    if (doc.draft.steps.length === 0) throw new AppError('PIPELINE_EMPTY', {});
    if (doc.live && isSame(doc.live.graph, doc.draft)) return;
    const [problem] = structureProblems(doc.draft, this.steps);
    if (problem) throw problem.error;
    const { steps, trigger } = await this.check(actor.projectId, doc.draft, name);
    if (trigger[0]) throw new AppError('TRIGGER_WRONG', { reason: trigger[0].message });
    await this.makeLive(actor, doc, { note: 'From files', checks: steps });
  }

  private async makeLive(
    actor: Pick<Actor, 'projectId' | 'name'>,
    doc: PipelineDoc,
    { note, checks }: { note: string; checks: readonly StepCheck[] },
  ): Promise<Pipeline> {
    const { name } = doc;
    const version = (doc.live?.version ?? 0) + 1;
    const now = new Date();
    const live = { version, graph: doc.draft, publishedAt: now, publishedBy: actor.name };
    const stale = () => new AppError('STALE_REVISION', { by: 'Somebody else' });
    const signature = signatureOf(doc.draft, checks, (step) => titleOf(doc.draft, step, this.steps));
    const pins = await this.plugins.pin(actor.projectId, doc.draft, doc.pins ?? {});
    // Who read an earlier draft does not write over what somebody has published meanwhile.
    const notLater = { revision: { $not: { $gt: doc.revision } } };
    const content = { ...live, note, plugins: pins, revision: doc.revision };
    await this.versions
      .updateOne(
        { projectId: actor.projectId, pipeline: name, version, ...notLater },
        { $set: content, $setOnInsert: { _id: newId() } },
        { upsert: true },
      )
      .catch((error: unknown) => {
        throw isDuplicate(error) ? stale() : error;
      });
    const published = await this.pipelines
      .findOneAndUpdate(
        { projectId: actor.projectId, name, revision: doc.revision },
        { $set: { live, pins, signature, ...armed(doc.draft.trigger, doc.trigger, now) }, $inc: { revision: 1 } },
        { returnDocument: 'after' },
      )
      .lean();
    if (!published) throw stale();
    return toPipeline(published);
  }

  /** @throws NOT_FOUND, IN_USE while another pipeline calls it or starts after it */
  async remove(projectId: string, name: string): Promise<void> {
    const pipeline = await this.load(projectId, name);
    await this.usage.refuseIfUsed(projectId, 'pipeline', name);
    await this.removals.remove(pipeline);
  }

  /** A version as it was published; undefined when there is none, or no such pipeline any more. */
  async published(projectId: string, name: string, version: number): Promise<Graph | undefined> {
    const [pipeline, found] = await Promise.all([
      this.pipelines.exists({ projectId, name }),
      this.versions.findOne({ projectId, pipeline: name, version }).lean(),
    ]);
    return pipeline && found ? found.graph : undefined;
  }

  private async load(projectId: string, name: string): Promise<PipelineDoc> {
    const doc = await this.pipelines.findOne({ projectId, name }).lean();
    if (!doc) throw new AppError('NOT_FOUND', { noun: 'pipeline', name });
    return doc;
  }
}

function toPipeline(doc: PipelineDoc): Pipeline {
  const { name, title, description, revision, draft, live, trigger, updatedAt } = doc;
  return {
    name,
    title,
    description,
    revision,
    draft,
    live: live ? { ...live, publishedAt: new Date(live.publishedAt).toISOString() } : null,
    changes: live ? countChanges(live.graph, draft) : draft.steps.length,
    trigger: toStatus(trigger),
    updatedAt: updatedAt.toISOString(),
  };
}

function toSummary({ name, title, description, draft, live, changes, trigger, updatedAt }: Pipeline): PipelineSummary {
  const version = live && { version: live.version, publishedAt: live.publishedAt, publishedBy: live.publishedBy };
  return { name, title, description, steps: draft.steps.length, live: version, changes, trigger, updatedAt };
}

function countChanges(live: Graph, draft: Graph): number {
  return countDifferences(compareGraphs(live, draft));
}

function isSame(live: Graph, draft: Graph): boolean {
  return countChanges(live, draft) === 0;
}
