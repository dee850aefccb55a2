import { type Run, RunSettings, Trigger } from '@pelton/contract';
import { type ProjectWarehouse, openWarehouse } from '@pelton/warehouse';
import type { Model } from 'mongoose';
import { newId } from '../../common/ids.js';
import type { WarehouseService } from '../../infra/warehouse.service.js';
import { openTestDocuments } from '../../infra/testing/test-documents.js';
import { type PipelineDoc, PipelineSchema } from '../../pipelines/pipeline.schema.js';
import type { ProjectsService } from '../../projects/projects.service.js';
import { RunSchema, type RunDoc } from '../../runs/run.schema.js';
import { begin } from '../trigger-state.js';
import type { Start, Triggered, TriggeredRuns } from '../triggered-runs.service.js';

/** Pipelines and events on real services, where the runs that triggers start are written down instead of run. */
export interface TestTriggers {
  pipelines: Model<PipelineDoc>;
  runs: Model<RunDoc>;
  warehouse: WarehouseService;
  projects: ProjectsService;
  project: ProjectWarehouse;
  /** Publishes a pipeline with a trigger, as of an instant. */
  publish(name: string, trigger: object, at: Date): Promise<void>;
  find(name: string): Promise<Triggered>;
  close(): Promise<void>;
}

export async function openTriggers(): Promise<TestTriggers> {
  const documents = await openTestDocuments({ hasWarehouse: true });
  const pipelines = await documents.model('Pipeline', PipelineSchema);
  const runs = await documents.model('Run', RunSchema);
  const opened = openWarehouse({ url: documents.clickhouseUrl });
  const project = await opened.project('p');
  return {
    pipelines,
    runs,
    project,
    warehouse: { project: () => Promise.resolve(project) } as unknown as WarehouseService, // asked for nothing else
    projects: { find: () => Promise.resolve({ timezone: 'UTC' }) } as unknown as ProjectsService, // asked for its zone
    async publish(name, input, at) {
      const trigger = Trigger.parse(input);
      const graph = { steps: [], layout: {}, trigger, settings: RunSettings.parse({}) };
      await pipelines.create({
        ...{ _id: newId(), projectId: 'p', name, title: name, description: '', revision: 1, draft: graph },
        live: { version: 1, graph, publishedAt: at, publishedBy: 'Ada' },
        ...{ trigger: begin(trigger, at), updatedAt: at, updatedBy: 'Ada' },
      });
    },
    async find(name) {
      const found = await pipelines.findOne({ name }).lean();
      if (!found) throw new Error(`No pipeline ${name}`);
      return found;
    },
    async close() {
      await opened.close();
      await documents.close();
    },
  };
}

/** What was started, by the id of the run: like the real one, it starts an id once. */
export class StartedRuns {
  readonly byId = new Map<string, Start>();
  private deaths = 0;

  /** The next start is not carried out: the process dies before it. */
  dieBeforeNext(): void {
    this.deaths = 1;
  }

  get all(): Start[] {
    return [...this.byId.values()];
  }

  asService(): TriggeredRuns {
    const start = (_: Triggered, started: Start): Promise<Run> => {
      if (this.deaths-- > 0) return Promise.reject(new Error('Killed'));
      if (!this.byId.has(started.id)) this.byId.set(started.id, started);
      return Promise.resolve({ id: started.id, state: 'running' } as Run); // starters ask for no more
    };
    const note = () => Promise.resolve();
    return { start, startOrSay: start, note } as unknown as TriggeredRuns; // all that a starter calls
  }
}
