import { Injectable } from '@nestjs/common';
import type { Connection, FileNoun, PipelineFile, PlannedChange } from '@pelton/contract';
import {
  ConnectionFile,
  compareGraphs,
  countDifferences,
  ExperimentInput,
  MessageInput,
  MetricInput,
  type Pipeline,
  SyncInput,
  TagInput,
} from '@pelton/contract';
import type { Actor } from '../common/allow.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { ExperimentsService } from '../experiments/experiments.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { PipelinesService } from '../pipelines/pipelines.service.js';
import { SyncsService } from '../syncs/syncs.service.js';
import { TagsService } from '../tags/tags.service.js';
import type { StandingThing } from './plan-files.js';
import { type Thing, toThing } from './thing.js';

/** What can be done with things of one noun. */
interface Store {
  list(projectId: string): Promise<StandingThing[]>;
  create(actor: Actor, body: Thing['body']): Promise<unknown>;
  change(actor: Actor, name: string, body: Thing['body']): Promise<unknown>;
  remove(projectId: string, name: string): Promise<unknown>;
}

/** Reads and writes all that files can hold, through the services that pages use. */
@Injectable()
export class FileStore {
  private readonly stores: Record<FileNoun, Store>;

  constructor(
    connections: ConnectionsService,
    syncs: SyncsService,
    metrics: MetricsService,
    tags: TagsService,
    experiments: ExperimentsService,
    messages: MessagesService,
    private readonly pipelines: PipelinesService,
  ) {
    this.stores = {
      connection: {
        list: async (projectId) => (await connections.list(projectId)).map(toStandingConnection),
        create: ({ projectId }, body) => connections.create(projectId, { ...ConnectionFile.parse(body), secrets: {} }),
        change: ({ projectId }, name, body) =>
          connections.update(projectId, name, { ...ConnectionFile.parse(body), secrets: {} }),
        remove: (projectId, name) => connections.remove(projectId, name),
      },
      sync: {
        list: listed('sync', (projectId) => syncs.list(projectId)),
        create: ({ projectId }, body) => syncs.create(projectId, SyncInput.parse(body)),
        change: ({ projectId }, name, body) => syncs.update(projectId, name, SyncInput.parse(body)),
        remove: (projectId, name) => syncs.remove(projectId, name),
      },
      metric: {
        list: listed('metric', (projectId) => metrics.list(projectId)),
        create: (actor, body) => metrics.create(actor, MetricInput.parse(body)),
        change: (actor, name, body) => metrics.update(actor, name, MetricInput.parse(body)),
        remove: (projectId, name) => metrics.remove(projectId, name),
      },
      tag: {
        list: listed('tag', (projectId) => tags.list(projectId)),
        create: (actor, body) => tags.create(actor, TagInput.parse(body)),
        change: (actor, name, body) => tags.update(actor, name, TagInput.parse(body)),
        remove: (projectId, name) => tags.remove(projectId, name),
      },
      experiment: {
        list: listed('experiment', (projectId) => experiments.list(projectId)),
        create: (actor, body) => experiments.create(actor, ExperimentInput.parse(body)),
        change: (actor, name, body) => experiments.update(actor, name, ExperimentInput.parse(body)),
        remove: (projectId, name) => experiments.remove(projectId, name),
      },
      message: {
        list: listed('message', (projectId) => messages.definitions(projectId)),
        create: (actor, body) => messages.create(actor, MessageInput.parse(body)),
        change: (actor, name, body) => messages.update(actor, name, MessageInput.parse(body)),
        remove: (projectId, name) => messages.remove(projectId, name),
      },
      pipeline: {
        list: async (projectId) => (await pipelines.list(projectId)).map(toStanding),
        create: (actor, body) => this.createPipeline(actor, body as PipelineFile), // read by its schema
        change: (actor, name, body) => this.changePipeline(actor, name, body as PipelineFile), // read by its schema
        remove: (projectId, name) => pipelines.remove(projectId, name),
      },
    };
  }

  /** Everything, by noun and name, so that the same project gives the same files. */
  async all(projectId: string): Promise<StandingThing[]> {
    const lists = await Promise.all(Object.values(this.stores).map((store) => store.list(projectId)));
    return lists.flatMap((list) => list.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
  }

  async write(actor: Actor, { noun, name, act }: PlannedChange, thing: Thing | undefined): Promise<void> {
    const store = this.stores[noun];
    if (act === 'delete') await store.remove(actor.projectId, name);
    else if (!thing) throw new Error(`A plan names ${noun} ${name}, which no file holds`);
    else if (act === 'create') await store.create(actor, thing.body);
    else await store.change(actor, name, thing.body);
  }

  /** Once all drafts are written, so that a pipeline may start after any other. */
  publish(actor: Actor, name: string): Promise<void> {
    return this.pipelines.publishFromFiles(actor, name);
  }

  private createPipeline(actor: Actor, { name, title, description, draft: _draft, ...graph }: PipelineFile) {
    return this.pipelines.create(actor, { name, title, description, graph });
  }

  private async changePipeline(actor: Actor, name: string, file: PipelineFile) {
    const { title, description, name: _name, draft: _draft, ...graph } = file;
    const { revision } = await this.pipelines.find(actor.projectId, name);
    return this.pipelines.changeDraft(actor, name, { revision, title, description, graph });
  }
}

function listed(noun: FileNoun, list: (projectId: string) => Promise<{ name: string; title: string }[]>) {
  return async (projectId: string): Promise<StandingThing[]> =>
    (await list(projectId)).map((document) => toThing(noun, document));
}

function toStandingConnection(connection: Connection): StandingThing {
  return { ...toThing('connection', connection), holdsSecrets: connection.secretsSet.length > 0 };
}

/** The live version; how it lies on the canvas is the draft's when nothing else differs. */
function toStanding({ name, title, description, draft, live }: Pipeline): StandingThing {
  const isChanged = live !== null && countDifferences(compareGraphs(live.graph, draft)) > 0;
  const graph = live && isChanged ? live.graph : draft;
  const file = { name, title, description, draft: live === null, ...graph };
  return { ...toThing('pipeline', file), draft: { isLive: live !== null, isChanged } };
}
