import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { SampleState, Sql } from '@pelton/contract';
import { bind, sql } from '@pelton/sdk';
import type { Model } from 'mongoose';
import { PinoLogger } from 'nestjs-pino';
import { newId } from '../common/ids.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { ExperimentsService } from '../experiments/experiments.service.js';
import { FilesService } from '../files/files.service.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import { ItemTypesService } from '../items/item-types.service.js';
import { MailCatcher } from '../mails/mail-catcher.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { PipelinesService } from '../pipelines/pipelines.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { isGone, WORKER_ID } from '../runs/worker-id.js';
import { TagsService } from '../tags/tags.service.js';
import { EXPERIMENTS, ITEM_TYPES, MESSAGE, METRICS, PIPELINE, TAGS } from './sample-definitions.js';
import type { SampleStateDoc } from './sample-state.schema.js';
import {
  BANNER,
  behaviourEventsQuery,
  exposureEventsQuery,
  exposuresQuery,
  itemsQuery,
  ordersQuery,
  type SampleYear,
  traitsQuery,
} from './sample.queries.js';

const ABSENT: SampleState = { state: 'absent', step: '', done: 0, of: 0, error: null, projectId: null };
const SEED = 'pelton';

/** Makes the sample project: a year of a small shop, in the warehouse, in seconds. */
@Injectable()
export class SampleService {
  constructor(
    @InjectModel('SampleState') private readonly states: Model<SampleStateDoc>,
    private readonly projects: ProjectsService,
    private readonly warehouse: WarehouseService,
    private readonly files: FilesService,
    private readonly connections: ConnectionsService,
    private readonly itemTypes: ItemTypesService,
    private readonly metrics: MetricsService,
    private readonly tags: TagsService,
    private readonly experiments: ExperimentsService,
    private readonly messages: MessagesService,
    private readonly pipelines: PipelinesService,
    private readonly catcher: MailCatcher,
    private readonly logger: PinoLogger,
  ) {}

  async state(): Promise<SampleState> {
    const doc = await this.states.findById('sample').lean();
    if (!doc) return ABSENT;
    const { state, step, done, of, error, projectId, worker } = doc;
    if (state === 'making' && worker !== WORKER_ID && isGone(worker))
      return { ...ABSENT, state: 'failed', error: 'Pelton stopped while it made the sample. Open it again.' };
    return { state, step, done, of, error, projectId };
  }

  /** Starts to make the sample unless it is there or on its way; {@link state} tells how far it is. */
  async open(actor: { name: string }, until: string | undefined): Promise<SampleState> {
    const before = await this.state();
    if (before.state === 'ready' || before.state === 'making') return before;
    const abandoned = await this.states.findById('sample').lean();
    if (abandoned?.projectId) await this.removeProject(abandoned.projectId);
    await this.states.replaceOne(
      { _id: 'sample' },
      { state: 'making', step: 'Preparing', done: 0, of: 6, error: null, projectId: null, worker: WORKER_ID },
      { upsert: true },
    );
    const year = { seed: SEED, until: until ?? `${new Date().toISOString().slice(0, 10)}T00:00:00Z` };
    this.make(actor, year).catch(async (error: unknown) => {
      const id = newId();
      this.logger.error({ err: error, errorId: id }, 'sample.failed');
      await this.note({ state: 'failed', error: `The sample could not be made. The log has the details under ${id}.` });
    });
    return this.state();
  }

  private async make(actor: { name: string }, year: SampleYear): Promise<void> {
    const project = await this.projects.create(
      { title: 'Brindle Gifts (sample)', timezone: 'Europe/London' },
      { sample: true },
    );
    await this.note({ projectId: project.id });
    const { admin } = await this.warehouse.project(project.id);
    const fill = (table: string, rows: Sql) => admin.run(sql`${{ parts: [`INSERT INTO ${table} `] }}${rows}`);
    const steps: [string, () => Promise<unknown>][] = [
      ['20,000 people', () => fill('user_traits (user_id, trait, value, updated_at)', traitsQuery(year))],
      ['A year of visits', () => fill('events', behaviourEventsQuery(year))],
      [
        'Products and weather',
        () => fill('item_properties (type, item_id, property, value, updated_at)', itemsQuery(year)),
      ],
      ['A test of the past', () => this.addPastTest(fill, year)],
      ['Orders, as a file', () => this.exportOrders(project.id, year)],
      ['Metrics, tags, a test, a mail, a pipeline', () => this.define({ projectId: project.id, name: actor.name })],
    ];
    for (const [index, [step, work]] of steps.entries()) {
      await this.note({ step, done: index, of: steps.length });
      const started = performance.now();
      await work();
      this.logger.info({ step, ms: Math.round(performance.now() - started) }, 'sample.step');
    }
    await this.note({ state: 'ready', step: '', done: steps.length });
  }

  private async addPastTest(fill: (table: string, rows: Sql) => Promise<void>, year: SampleYear): Promise<void> {
    await fill('events', exposureEventsQuery(year));
    await fill(
      'assignments (experiment_id, user_id, variation, at)',
      sql`SELECT ${bind('String', BANNER.name)}, user_id, variation, at FROM (${exposuresQuery(year)})`,
    );
  }

  private async exportOrders(projectId: string, year: SampleYear): Promise<void> {
    const { admin } = await this.warehouse.project(projectId);
    await this.files.store(projectId, 'orders.parquet', await admin.bytes(ordersQuery(year), 'Parquet'));
  }

  private async define(actor: { projectId: string; name: string }): Promise<void> {
    const { projectId } = actor;
    await this.connections.create(projectId, {
      name: 'shop-exports',
      title: 'Shop exports',
      kind: 'connector',
      uses: 'file',
      config: { source: 'uploads' },
      secrets: {},
    });
    for (const [type, input] of Object.entries(ITEM_TYPES)) await this.itemTypes.describe(projectId, type, input);
    for (const metric of METRICS) await this.metrics.create(actor, metric);
    for (const tag of TAGS) await this.tags.create(actor, tag);
    for (const experiment of EXPERIMENTS) await this.experiments.create(actor, experiment);
    const config = {
      host: '127.0.0.1',
      port: this.catcher.port() ?? 25,
      secure: 'none',
      from: 'hello@brindle.example',
      fromName: 'Brindle Gifts',
      perSecond: 1000,
    };
    await this.connections.create(projectId, {
      name: 'mail',
      title: 'Mail',
      kind: 'channel',
      uses: 'email',
      config,
      secrets: {},
    });
    await this.messages.create(actor, { ...MESSAGE, connection: 'mail' });
    await this.pipelines.create(actor, PIPELINE);
    await this.pipelines.publish(actor, PIPELINE.name);
  }

  private async removeProject(projectId: string): Promise<void> {
    await this.warehouse.dropProject(projectId);
    await this.files.removeAll(projectId);
    await this.projects.remove(projectId);
  }

  private async note(change: Partial<SampleStateDoc>): Promise<void> {
    await this.states.updateOne({ _id: 'sample' }, { $set: change });
  }
}
