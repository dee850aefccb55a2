import { type Provider } from '@nestjs/common';
import { FileStore } from './as-code/file-store.service.js';
import { ProjectFilesService } from './as-code/project-files.service.js';
import { ApprovalsService } from './approvals/approvals.service.js';
import { DecisionsService } from './approvals/decisions.service.js';
import { BackfillClock } from './backfills/backfill-clock.service.js';
import { BackfillRunner } from './backfills/backfill-runner.service.js';
import { BackfillRuns } from './backfills/backfill-runs.service.js';
import { BackfillsService } from './backfills/backfills.service.js';
import { CallCheck } from './calls/call-check.service.js';
import { PipelineCalls } from './calls/pipeline-calls.service.js';
import { ConnectionsService } from './connections/connections.service.js';
import { DatasetsService } from './datasets/datasets.service.js';
import { UsageService } from './definitions/usage.service.js';
import { EventsService } from './events/events.service.js';
import { ExperimentsService } from './experiments/experiments.service.js';
import { FilesService } from './files/files.service.js';
import { PublicUrl } from './infra/public-url.js';
import { Sealer } from './infra/sealer.js';
import { WarehouseService } from './infra/warehouse.service.js';
import { DurableStore } from './ingest/durable-store.service.js';
import { IngestService } from './ingest/ingest.service.js';
import { RejectsService } from './ingest/rejects.service.js';
import { SendersDoor } from './ingest/senders-door.service.js';
import { WebhooksService } from './ingest/webhooks.service.js';
import { ItemTypesService } from './items/item-types.service.js';
import { ItemsService } from './items/items.service.js';
import { JourneyClock } from './journeys/journey-clock.service.js';
import { JourneyTurns } from './journeys/journey-turns.service.js';
import { Releaser } from './journeys/releaser.service.js';
import { WaitingService } from './journeys/waiting.service.js';
import { KeyEntrance } from './keys/key-entrance.service.js';
import { KeysService } from './keys/keys.service.js';
import { DefinitionLineage } from './lineage/definition-lineage.service.js';
import { LineageService } from './lineage/lineage.service.js';
import { SendersService } from './lineage/senders.service.js';
import { LiveService } from './ingest/live/live.service.js';
import { MailCatcher } from './mails/mail-catcher.service.js';
import { MembersService } from './members/members.service.js';
import { SessionsService } from './members/sessions.service.js';
import { MessagesService } from './messages/messages.service.js';
import { Outbox } from './messages/outbox.service.js';
import { Renderer } from './messages/renderer.js';
import { Sender } from './messages/sender.service.js';
import { MetricsService } from './metrics/metrics.service.js';
import { OverviewService } from './overview/overview.service.js';
import { GraphCheckService } from './pipelines/graph-check.service.js';
import { PipelineRemovals } from './pipelines/pipeline-removals.service.js';
import { PipelinesService } from './pipelines/pipelines.service.js';
import { StepPlugins } from './pipelines/step-plugins.service.js';
import { VersionsService } from './pipelines/versions.service.js';
import { PluginsService } from './plugins/plugins.service.js';
import { PresenceService } from './presence/presence.service.js';
import { ProjectsService } from './projects/projects.service.js';
import { PassThrough } from './runs/pass-through.service.js';
import { PinnedRowsService } from './runs/pinned-rows.service.js';
import { PinsService } from './runs/pins.service.js';
import { Reconciler } from './runs/reconciler.service.js';
import { RunCleaner } from './runs/run-cleaner.service.js';
import { RunContexts } from './runs/run-contexts.service.js';
import { RunCounts } from './runs/run-counts.service.js';
import { RunEngine } from './runs/run-engine.service.js';
import { StepAttempts } from './runs/step-attempts.service.js';
import { StepQueue } from './runs/step-queue.service.js';
import { RunLauncher } from './runs/run-launcher.service.js';
import { RunRows } from './runs/run-rows.service.js';
import { RunSeeds } from './runs/run-seeds.service.js';
import { RunTurns } from './runs/run-turns.service.js';
import { RunStore } from './runs/run-store.service.js';
import { RunsService } from './runs/runs.service.js';
import { StepHistoryService } from './runs/step-history.service.js';
import { StepExecutor } from './runs/step-executor.service.js';
import { StepNothing } from './runs/step-nothing.service.js';
import { StepsProcessor } from './runs/steps.processor.js';
import { SampleService } from './sample/sample.service.js';
import { DefinitionsService } from './steps/definitions.service.js';
import { SqlWordsService } from './steps/sql-words.service.js';
import { QueryColumns } from './steps/query-columns.service.js';
import { StepsService } from './steps/steps.service.js';
import { SyncClock } from './syncs/sync-clock.service.js';
import { SyncEngine } from './syncs/sync-engine.service.js';
import { SyncLoader } from './syncs/sync-loader.service.js';
import { SyncRunsService } from './syncs/sync-runs.service.js';
import { SyncsProcessor } from './syncs/syncs.processor.js';
import { SyncsService } from './syncs/syncs.service.js';
import { TagsService } from './tags/tags.service.js';
import { TemplatesService } from './templates/templates.service.js';
import { TrackingTokens } from './tracking/tokens.js';
import { TrackingService } from './tracking/tracking.service.js';
import { AlertStarter } from './triggers/alert-starter.service.js';
import { EventStarter } from './triggers/event-starter.service.js';
import { FollowStarter } from './triggers/follow-starter.service.js';
import { HooksService } from './triggers/hooks.service.js';
import { ScheduleStarter } from './triggers/schedule-starter.service.js';
import { TriggerClock } from './triggers/trigger-clock.service.js';
import { TriggeredRuns } from './triggers/triggered-runs.service.js';
import { TriggersService } from './triggers/triggers.service.js';
import { TriggerCheck } from './triggers/trigger-check.service.js';
import { UsersService } from './users/users.service.js';
import { KeyedWrites } from './writes/keyed-writes.service.js';

/** What does the work, whatever the role. */
export const SERVICES: Provider[] = [
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
  KeyedWrites,
  KeysService,
  DefinitionLineage,
  SendersService,
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
  PipelineRemovals,
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
  StepAttempts,
  StepQueue,
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
  QueryColumns,
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

/** What runs jobs. */
export const WORKERS: Provider[] = [
  StepsProcessor,
  Reconciler,
  SyncsProcessor,
  SyncClock,
  JourneyClock,
  TriggerClock,
  BackfillClock,
];
