import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { type ModelDefinition, MongooseModule } from '@nestjs/mongoose';
import { LoggerModule } from 'nestjs-pino';
import { FileStore } from './as-code/file-store.service.js';
import { ProjectFilesController } from './as-code/project-files.controller.js';
import { ProjectFilesService } from './as-code/project-files.service.js';
import { SchemaController } from './as-code/schema.controller.js';
import { ApprovalSchema } from './approvals/approval.schema.js';
import { ApprovalsController } from './approvals/approvals.controller.js';
import { ApprovalsService } from './approvals/approvals.service.js';
import { DecisionsService } from './approvals/decisions.service.js';
import { BackfillClock } from './backfills/backfill-clock.service.js';
import { BackfillRunner } from './backfills/backfill-runner.service.js';
import { BackfillRuns } from './backfills/backfill-runs.service.js';
import { BackfillSchema } from './backfills/backfill.schema.js';
import { BackfillsController } from './backfills/backfills.controller.js';
import { BackfillsService } from './backfills/backfills.service.js';
import { CallCheck } from './calls/call-check.service.js';
import { PipelineCalls } from './calls/pipeline-calls.service.js';
import { AccessGuard } from './common/access.guard.js';
import { ErrorFilter } from './common/error.filter.js';
import { whichRequest } from './common/which-request.js';
import { CONFIG, type Config } from './config.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { ConnectionSchema } from './connections/connection.schema.js';
import { ConnectionsService } from './connections/connections.service.js';
import { DatasetSchema } from './datasets/dataset.schema.js';
import { DatasetsController } from './datasets/datasets.controller.js';
import { DatasetsService } from './datasets/datasets.service.js';
import { DefinitionVersionSchema } from './definitions/definition.schema.js';
import { UsageService } from './definitions/usage.service.js';
import { EventsController } from './events/events.controller.js';
import { EventsService } from './events/events.service.js';
import { ExperimentSchema } from './experiments/experiment.schema.js';
import { ExperimentsController } from './experiments/experiments.controller.js';
import { ExperimentsService } from './experiments/experiments.service.js';
import { FilesController } from './files/files.controller.js';
import { FilesService } from './files/files.service.js';
import { HealthController } from './health/health.controller.js';
import { PublicUrl } from './infra/public-url.js';
import { queueConnection } from './infra/queue-connection.js';
import { Sealer } from './infra/sealer.js';
import { WarehouseService } from './infra/warehouse.service.js';
import { ClientSettingsController } from './ingest/client-settings.controller.js';
import { DurableStore } from './ingest/durable-store.service.js';
import { IngestService } from './ingest/ingest.service.js';
import { RejectsController } from './ingest/rejects.controller.js';
import { RejectsService } from './ingest/rejects.service.js';
import { SendersDoor } from './ingest/senders-door.service.js';
import { SnippetController } from './ingest/snippet.controller.js';
import { WebhookSchema } from './ingest/webhook.schema.js';
import { WebhooksController } from './ingest/webhooks.controller.js';
import { WebhooksService } from './ingest/webhooks.service.js';
import { ItemTypeSchema } from './items/item-type.schema.js';
import { ItemTypesService } from './items/item-types.service.js';
import { ItemsController } from './items/items.controller.js';
import { ItemsService } from './items/items.service.js';
import { JourneyClock } from './journeys/journey-clock.service.js';
import { JourneySchema, JourneyTurnSchema, ReleaseSchema } from './journeys/journey.schema.js';
import { JourneyTurns } from './journeys/journey-turns.service.js';
import { Releaser } from './journeys/releaser.service.js';
import { WaitingController } from './journeys/waiting.controller.js';
import { WaitingService } from './journeys/waiting.service.js';
import { KeySchema } from './keys/key.schema.js';
import { KeyEntrance } from './keys/key-entrance.service.js';
import { KeysController } from './keys/keys.controller.js';
import { KeysService } from './keys/keys.service.js';
import { LineageController } from './lineage/lineage.controller.js';
import { LineageService } from './lineage/lineage.service.js';
import { CaughtMailSchema } from './mails/mail.schema.js';
import { LiveController } from './ingest/live/live.controller.js';
import { LiveService } from './ingest/live/live.service.js';
import { MailCatcher } from './mails/mail-catcher.service.js';
import { MailsController } from './mails/mails.controller.js';
import { FirstAdmin } from './members/first-admin.service.js';
import { InvitationSchema, MemberSchema, SessionSchema, SignInTrySchema } from './members/member.schema.js';
import { MembersController } from './members/members.controller.js';
import { MembersService } from './members/members.service.js';
import { SessionController } from './members/session.controller.js';
import { SessionsService } from './members/sessions.service.js';
import { DeliverySchema, SuppressionSchema } from './messages/delivery.schema.js';
import { MessageSchema } from './messages/message.schema.js';
import { MessagesController } from './messages/messages.controller.js';
import { MessagesService } from './messages/messages.service.js';
import { Outbox } from './messages/outbox.service.js';
import { Renderer } from './messages/renderer.js';
import { Sender } from './messages/sender.service.js';
import { MetricSchema } from './metrics/metric.schema.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { MetricsService } from './metrics/metrics.service.js';
import { OverviewController } from './overview/overview.controller.js';
import { OverviewService } from './overview/overview.service.js';
import { GraphCheckService } from './pipelines/graph-check.service.js';
import { PipelineSchema, PipelineVersionSchema } from './pipelines/pipeline.schema.js';
import { PipelinesController } from './pipelines/pipelines.controller.js';
import { PipelinesService } from './pipelines/pipelines.service.js';
import { PluginFormSchema } from './pipelines/plugin-form.schema.js';
import { StepPlugins } from './pipelines/step-plugins.service.js';
import { VersionsController } from './pipelines/versions.controller.js';
import { VersionsService } from './pipelines/versions.service.js';
import { PluginsController } from './plugins/plugins.controller.js';
import { PluginsService } from './plugins/plugins.service.js';
import { ProjectSchema } from './projects/project.schema.js';
import { PresenceController } from './presence/presence.controller.js';
import { PresenceSchema } from './presence/presence.schema.js';
import { PresenceService } from './presence/presence.service.js';
import { ProjectsController } from './projects/projects.controller.js';
import { ProjectsService } from './projects/projects.service.js';
import { PassThrough } from './runs/pass-through.service.js';
import { PinSchema } from './runs/pin.schema.js';
import { PinnedRowsService } from './runs/pinned-rows.service.js';
import { PinsController } from './runs/pins.controller.js';
import { PinsService } from './runs/pins.service.js';
import { Reconciler } from './runs/reconciler.service.js';
import { RunCleaner } from './runs/run-cleaner.service.js';
import { RunContexts } from './runs/run-contexts.service.js';
import { RunCounts } from './runs/run-counts.service.js';
import { RunEngine } from './runs/run-engine.service.js';
import { RunLauncher } from './runs/run-launcher.service.js';
import { RunRowsController } from './runs/run-rows.controller.js';
import { RunRows } from './runs/run-rows.service.js';
import { RunSchema, StepOutputSchema } from './runs/run.schema.js';
import { RunSeeds } from './runs/run-seeds.service.js';
import { RunTurns } from './runs/run-turns.service.js';
import { RunStore } from './runs/run-store.service.js';
import { RunsController } from './runs/runs.controller.js';
import { RunsService } from './runs/runs.service.js';
import { StepHistoryController } from './runs/step-history.controller.js';
import { StepHistoryService } from './runs/step-history.service.js';
import { StepExecutor } from './runs/step-executor.service.js';
import { StepNothing } from './runs/step-nothing.service.js';
import { StepsProcessor } from './runs/steps.processor.js';
import { SampleController } from './sample/sample.controller.js';
import { SampleService } from './sample/sample.service.js';
import { SampleStateSchema } from './sample/sample-state.schema.js';
import { SchedulesController } from './schedules/schedules.controller.js';
import { DefinitionsService } from './steps/definitions.service.js';
import { SqlWordsController } from './steps/sql-words.controller.js';
import { SqlWordsService } from './steps/sql-words.service.js';
import { StepsService } from './steps/steps.service.js';
import { SyncClock } from './syncs/sync-clock.service.js';
import { SyncEngine } from './syncs/sync-engine.service.js';
import { SyncLoader } from './syncs/sync-loader.service.js';
import { SyncRunsService } from './syncs/sync-runs.service.js';
import { SyncRunSchema, SyncSchema } from './syncs/sync.schema.js';
import { SyncsController } from './syncs/syncs.controller.js';
import { SyncsProcessor } from './syncs/syncs.processor.js';
import { SyncsService } from './syncs/syncs.service.js';
import { TagSchema } from './tags/tag.schema.js';
import { TagsController } from './tags/tags.controller.js';
import { TagsService } from './tags/tags.service.js';
import { TemplatesController } from './templates/templates.controller.js';
import { TemplatesService } from './templates/templates.service.js';
import { TrackingTokens } from './tracking/tokens.js';
import { TrackingController } from './tracking/tracking.controller.js';
import { TrackingService } from './tracking/tracking.service.js';
import { AlertStarter } from './triggers/alert-starter.service.js';
import { EventStarter } from './triggers/event-starter.service.js';
import { FollowStarter } from './triggers/follow-starter.service.js';
import { HooksController } from './triggers/hooks.controller.js';
import { HooksService } from './triggers/hooks.service.js';
import { ScheduleStarter } from './triggers/schedule-starter.service.js';
import { TriggerClock } from './triggers/trigger-clock.service.js';
import { TriggeredRuns } from './triggers/triggered-runs.service.js';
import { TriggersController } from './triggers/triggers.controller.js';
import { TriggersService } from './triggers/triggers.service.js';
import { TriggerCheck } from './triggers/trigger-check.service.js';
import { UsersController } from './users/users.controller.js';
import { UsersService } from './users/users.service.js';

/** Every document, by the name under which services ask for its model. */
const SCHEMAS: Record<string, unknown> = {
  Approval: ApprovalSchema,
  Backfill: BackfillSchema,
  CaughtMail: CaughtMailSchema,
  Connection: ConnectionSchema,
  Dataset: DatasetSchema,
  DefinitionVersion: DefinitionVersionSchema,
  Delivery: DeliverySchema,
  Experiment: ExperimentSchema,
  Invitation: InvitationSchema,
  ItemType: ItemTypeSchema,
  Journey: JourneySchema,
  JourneyTurn: JourneyTurnSchema,
  Key: KeySchema,
  Member: MemberSchema,
  Message: MessageSchema,
  Metric: MetricSchema,
  Pin: PinSchema,
  Pipeline: PipelineSchema,
  PipelineVersion: PipelineVersionSchema,
  PluginForm: PluginFormSchema,
  Presence: PresenceSchema,
  Project: ProjectSchema,
  Release: ReleaseSchema,
  Run: RunSchema,
  SampleState: SampleStateSchema,
  Session: SessionSchema,
  SignInTry: SignInTrySchema,
  StepOutput: StepOutputSchema,
  Suppression: SuppressionSchema,
  Sync: SyncSchema,
  SyncRun: SyncRunSchema,
  Tag: TagSchema,
  Webhook: WebhookSchema,
};

const SERVICES: Provider[] = [
  ApprovalsService,
  DecisionsService,
  AlertStarter,
  BackfillRunner,
  BackfillRuns,
  BackfillsService,
  CallCheck,
  PipelineCalls,
  ConnectionsService,
  DatasetsService,
  DefinitionsService,
  DurableStore,
  EventStarter,
  EventsService,
  ExperimentsService,
  FileStore,
  FilesService,
  FollowStarter,
  GraphCheckService,
  HooksService,
  IngestService,
  ItemTypesService,
  ItemsService,
  KeyEntrance,
  JourneyTurns,
  KeysService,
  LineageService,
  LiveService,
  MailCatcher,
  MembersService,
  MessagesService,
  MetricsService,
  Outbox,
  OverviewService,
  PassThrough,
  PinnedRowsService,
  PinsService,
  PipelinesService,
  PluginsService,
  PresenceService,
  ProjectFilesService,
  ProjectsService,
  PublicUrl,
  RejectsService,
  Releaser,
  Renderer,
  RunCleaner,
  RunContexts,
  RunCounts,
  RunEngine,
  RunLauncher,
  RunSeeds,
  RunTurns,
  RunStore,
  RunRows,
  RunsService,
  SampleService,
  ScheduleStarter,
  Sealer,
  Sender,
  SendersDoor,
  SessionsService,
  SqlWordsService,
  StepExecutor,
  StepHistoryService,
  StepPlugins,
  StepNothing,
  StepsService,
  SyncEngine,
  SyncLoader,
  SyncRunsService,
  SyncsService,
  TagsService,
  TemplatesService,
  TrackingService,
  TrackingTokens,
  TriggerCheck,
  TriggeredRuns,
  TriggersService,
  UsageService,
  UsersService,
  VersionsService,
  WaitingService,
  WarehouseService,
  WebhooksService,
];

/** What answers requests. */
const CONTROLLERS = [
  ClientSettingsController,
  ApprovalsController,
  BackfillsController,
  ConnectionsController,
  DatasetsController,
  EventsController,
  ExperimentsController,
  FilesController,
  HealthController,
  HooksController,
  ItemsController,
  KeysController,
  LineageController,
  LiveController,
  MailsController,
  MembersController,
  MessagesController,
  MetricsController,
  OverviewController,
  PinsController,
  PipelinesController,
  PluginsController,
  PresenceController,
  ProjectFilesController,
  ProjectsController,
  RejectsController,
  RunRowsController,
  RunsController,
  SampleController,
  SchemaController,
  SchedulesController,
  SessionController,
  SnippetController,
  SqlWordsController,
  StepHistoryController,
  SyncsController,
  TagsController,
  TemplatesController,
  TrackingController,
  TriggersController,
  UsersController,
  VersionsController,
  WaitingController,
  WebhooksController,
];

/** What runs jobs. */
const WORKERS: Provider[] = [
  StepsProcessor,
  Reconciler,
  SyncsProcessor,
  SyncClock,
  JourneyClock,
  TriggerClock,
  BackfillClock,
];

/** The whole server. A process that is only a worker answers nothing but its health, one that is only an API runs no jobs. */
@Module({})
export class AppModule {
  static for(config: Config): DynamicModule {
    const { mongodbUrl, queueUrl, role } = config;
    if (!mongodbUrl || !queueUrl) throw new Error('Services start before the application');
    return {
      module: AppModule,
      imports: [
        LoggerModule.forRoot({
          pinoHttp: {
            level: config.logLevel,
            autoLogging: false,
            serializers: { req: whichRequest },
          },
        }),
        MongooseModule.forRoot(mongodbUrl, {
          ...(hasNoDatabase(mongodbUrl) && { dbName: 'pelton' }),
          serverSelectionTimeoutMS: 5_000,
          retryAttempts: 2,
          retryDelay: 1_000,
        }),
        MongooseModule.forFeature(
          Object.entries(SCHEMAS).map(([name, schema]) => ({ name, schema }) as ModelDefinition),
        ),
        BullModule.forRoot({ connection: queueConnection(queueUrl) }),
        BullModule.registerQueue({ name: 'steps' }, { name: 'syncs' }),
      ],
      controllers: role === 'worker' ? [HealthController] : CONTROLLERS,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: ErrorFilter },
        ...SERVICES,
        ...(role === 'worker' ? [] : [FirstAdmin]),
        ...(role === 'api' ? [] : WORKERS),
      ],
    };
  }
}

function hasNoDatabase(url: string): boolean {
  return !/^mongodb(\+srv)?:\/\/[^/]+\/[^?]/.test(url);
}
