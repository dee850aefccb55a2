import { ProjectFilesController } from './as-code/project-files.controller.js';
import { SchemaController } from './as-code/schema.controller.js';
import { ApprovalsController } from './approvals/approvals.controller.js';
import { BackfillsController } from './backfills/backfills.controller.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { DatasetsController } from './datasets/datasets.controller.js';
import { EventsController } from './events/events.controller.js';
import { ExperimentsController } from './experiments/experiments.controller.js';
import { FilesController } from './files/files.controller.js';
import { HealthController } from './health/health.controller.js';
import { ClientSettingsController } from './ingest/client-settings.controller.js';
import { RejectsController } from './ingest/rejects.controller.js';
import { WebhooksController } from './ingest/webhooks.controller.js';
import { ItemsController } from './items/items.controller.js';
import { WaitingController } from './journeys/waiting.controller.js';
import { KeysController } from './keys/keys.controller.js';
import { LineageController } from './lineage/lineage.controller.js';
import { LiveController } from './ingest/live/live.controller.js';
import { MailsController } from './mails/mails.controller.js';
import { MembersController } from './members/members.controller.js';
import { SessionController } from './members/session.controller.js';
import { MessagesController } from './messages/messages.controller.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { OverviewController } from './overview/overview.controller.js';
import { PipelinesController } from './pipelines/pipelines.controller.js';
import { VersionsController } from './pipelines/versions.controller.js';
import { PluginsController } from './plugins/plugins.controller.js';
import { PresenceController } from './presence/presence.controller.js';
import { ProjectsController } from './projects/projects.controller.js';
import { PinsController } from './runs/pins.controller.js';
import { RunRowsController } from './runs/run-rows.controller.js';
import { RunsController } from './runs/runs.controller.js';
import { StepHistoryController } from './runs/step-history.controller.js';
import { SampleController } from './sample/sample.controller.js';
import { SchedulesController } from './schedules/schedules.controller.js';
import { SqlWordsController } from './steps/sql-words.controller.js';
import { SyncsController } from './syncs/syncs.controller.js';
import { TagsController } from './tags/tags.controller.js';
import { TemplatesController } from './templates/templates.controller.js';
import { TrackingController } from './tracking/tracking.controller.js';
import { HooksController } from './triggers/hooks.controller.js';
import { TriggersController } from './triggers/triggers.controller.js';
import { UsersController } from './users/users.controller.js';

/** What answers requests. */
export const CONTROLLERS = [
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
