import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import {
  AppError,
  type Graph,
  type PipelineVersion,
  type PipelineVersionDetail,
  type StepUpgrade,
} from '@pelton/contract';
import type { Model } from 'mongoose';
import { toPipelineFile } from '../as-code/pipeline-file.js';
import type { PipelineDoc, PipelineVersionDoc } from './pipeline.schema.js';
import { StepPlugins } from './step-plugins.service.js';

/** What a pipeline was: its published versions, and the versions of plugins that its steps were filled in by. */
@Injectable()
export class VersionsService {
  constructor(
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
    @InjectModel('PipelineVersion') private readonly versions: Model<PipelineVersionDoc>,
    private readonly plugins: StepPlugins,
  ) {}

  /** Newest first. */
  async list(projectId: string, pipeline: string): Promise<PipelineVersion[]> {
    const { live } = await this.load(projectId, pipeline);
    const docs = await this.versions
      .find({ projectId, pipeline, version: { $lte: live?.version ?? 0 } })
      .sort({ version: -1 })
      .lean();
    return docs.map((doc) => ({ ...head(doc), steps: doc.graph.steps.length }));
  }

  /** @throws NOT_FOUND */
  async find(projectId: string, pipeline: string, version: number): Promise<PipelineVersionDetail> {
    const { live } = await this.load(projectId, pipeline);
    const doc =
      version <= (live?.version ?? 0) ? await this.versions.findOne({ projectId, pipeline, version }).lean() : null;
    if (!doc) throw new AppError('NOT_FOUND', { noun: 'version', name: `${version} of ${pipeline}` });
    return { ...head(doc), graph: doc.graph, plugins: doc.plugins ?? {} };
  }

  /** The draft, or a version, as a file has it. */
  async yaml(projectId: string, pipeline: string, version: number | undefined, schema: string): Promise<string> {
    const doc = await this.load(projectId, pipeline);
    const graph = version === undefined ? doc.draft : (await this.find(projectId, pipeline, version)).graph;
    const { toYaml } = await import('../as-code/to-yaml.js'); // a start need not know YAML
    return toYaml(toPipelineFile(doc, graph, version === undefined && !doc.live), schema);
  }

  async upgrades(projectId: string, pipeline: string): Promise<StepUpgrade[]> {
    const { draft, pins } = await this.load(projectId, pipeline);
    return this.plugins.upgrades(projectId, draft, pins ?? {});
  }

  /** Takes the version of its plugin that is installed as the one that a step is filled in by. */
  async upgrade(projectId: string, pipeline: string, step: string): Promise<StepUpgrade[]> {
    const { _id, draft } = await this.load(projectId, pipeline);
    const found = (await this.plugins.of(projectId, onlyStep(draft, step))).get(step);
    if (!found) throw new AppError('NOT_FOUND', { noun: 'step of a plugin', name: step });
    await this.pipelines.updateOne({ _id }, { $set: { [`pins.${step}`]: found.pin } });
    return this.upgrades(projectId, pipeline);
  }

  private async load(projectId: string, name: string): Promise<PipelineDoc> {
    const doc = await this.pipelines.findOne({ projectId, name }).lean();
    if (!doc) throw new AppError('NOT_FOUND', { noun: 'pipeline', name });
    return doc;
  }
}

function head({ version, note, publishedAt, publishedBy }: PipelineVersionDoc) {
  return { version, note: note ?? '', publishedAt: new Date(publishedAt).toISOString(), publishedBy };
}

function onlyStep(graph: Graph, id: string): Graph {
  return { ...graph, steps: graph.steps.filter((step) => step.id === id) };
}
