import { ApprovalSchema } from './approvals/approval.schema.js';
import { BackfillSchema } from './backfills/backfill.schema.js';
import { ConnectionSchema } from './connections/connection.schema.js';
import { DatasetSchema } from './datasets/dataset.schema.js';
import { DefinitionVersionSchema } from './definitions/definition.schema.js';
import { ExperimentSchema } from './experiments/experiment.schema.js';
import { WebhookSchema } from './ingest/webhook.schema.js';
import { ItemTypeSchema } from './items/item-type.schema.js';
import { JourneySchema, JourneyTurnSchema, ReleaseSchema } from './journeys/journey.schema.js';
import { KeySchema } from './keys/key.schema.js';
import { CaughtMailSchema } from './mails/mail.schema.js';
import { InvitationSchema, MemberSchema, SessionSchema, SignInTrySchema } from './members/member.schema.js';
import { DeliverySchema, SuppressionSchema } from './messages/delivery.schema.js';
import { MessageSchema } from './messages/message.schema.js';
import { MetricSchema } from './metrics/metric.schema.js';
import { PipelineSchema, PipelineVersionSchema } from './pipelines/pipeline.schema.js';
import { PluginFormSchema } from './pipelines/plugin-form.schema.js';
import { RemovalSchema } from './pipelines/removal.schema.js';
import { ProjectSchema } from './projects/project.schema.js';
import { PresenceSchema } from './presence/presence.schema.js';
import { PinSchema } from './runs/pin.schema.js';
import { RunSchema, StepOutputSchema } from './runs/run.schema.js';
import { SampleStateSchema } from './sample/sample-state.schema.js';
import { SyncRunSchema, SyncSchema } from './syncs/sync.schema.js';
import { TagSchema } from './tags/tag.schema.js';
import { KeyedWriteSchema } from './writes/keyed-write.schema.js';

/** Every document, by the name under which services ask for its model. */
export const SCHEMAS: Record<string, unknown> = {
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
  KeyedWrite: KeyedWriteSchema,
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
  Removal: RemovalSchema,
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
