import { Injectable } from '@nestjs/common';
import { isAppError, type JsonSchema, type Message } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import type { DataView } from '../events/data-context.js';
import type { ProjectSql } from '../infra/warehouse.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { MetricsService } from '../metrics/metrics.service.js';
import type { RunnableSql } from '../plugins/plugin-sql.js';
import { PluginsService } from '../plugins/plugins.service.js';
import type { FrozenDefinitions } from '../steps/run-definitions.js';
import { TagsService } from '../tags/tags.service.js';
import type { LineageDraft } from './lineage-draft.js';
import { namedByWidget } from './named-by-widget.js';
import { storedReads } from './stored-part.js';
import { type ColumnTrace, traceColumns } from './trace-columns.js';

/** Where definitions are looked at. */
interface Place {
  projectId: string;
  project: ProjectSql;
  timezone: string;
  asOf: string;
}

/** Tells what metrics, tags, experiments and messages are made of: events, traits, items and each other. */
@Injectable()
export class DefinitionLineage {
  constructor(
    private readonly metrics: MetricsService,
    private readonly tags: TagsService,
    private readonly messages: MessagesService,
    private readonly plugins: PluginsService,
  ) {}

  /** One definition after another, so that looking at a lineage does not take the warehouse for itself. */
  async add(draft: LineageDraft, place: Place, { metrics, tags, experiments, messages }: FrozenDefinitions) {
    const { project, timezone, asOf } = place;
    const view: DataView = { database: project.database, timezone, asOf };
    for (const { name, title, template, params } of metrics) {
      const id = draft.node('metric', name, { title, columns: ['value'] });
      const events = namedByWidget(this.formOf('metric', template), params, 'event');
      // oxlint-disable-next-line no-await-in-loop
      addReads(draft, id, events, await traced(() => this.metrics.facts(project, { template, params }, view)));
    }
    for (const { name, title, template, params } of tags) {
      const id = draft.node('tag', name, { title, columns: ['user_id', 'value'] });
      const events = namedByWidget(this.formOf('tagging', template), params, 'event');
      // oxlint-disable-next-line no-await-in-loop
      addReads(draft, id, events, await traced(() => this.tags.membersOf(project, { template, params }, view)));
    }
    for (const { name, title, metrics: judges } of experiments) {
      const id = draft.node('experiment', name, { title });
      for (const { metric } of judges) draft.edge(`metric/${metric}`, id, [{ from: 'value', to: 'result' }]);
    }
    // oxlint-disable-next-line no-await-in-loop
    for (const message of messages) await this.addMessage(draft, place.projectId, message);
  }

  /** A message takes its connection, and of each user the address and the traits that it names. */
  private async addMessage(draft: LineageDraft, projectId: string, message: Message): Promise<void> {
    const id = draft.node('message', message.name, { title: message.title });
    draft.edge(draft.node('connection', message.connection), id);
    const traits = await orUndefined(() => this.messages.traitsOf(projectId, message));
    for (const trait of traits ?? []) draft.edge(draft.stored('trait', trait), id);
  }

  private formOf(kind: 'metric' | 'tagging', id: string): JsonSchema {
    return this.plugins.all(kind).find(({ spec }) => spec.id === id)?.spec.params ?? {};
  }
}

function traced(compile: () => Promise<RunnableSql>): Promise<ColumnTrace | undefined> {
  return orUndefined(async () => {
    const { sql: query, client } = await compile();
    const lines = await client.rows<{ explain: string }>(sql`EXPLAIN QUERY TREE passes = 1 ${query}`);
    return traceColumns(lines.map(({ explain }) => explain));
  });
}

/** What cannot be compiled now, such as a rule of a plugin that is gone, has no lineage yet. */
async function orUndefined<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isAppError(error)) return undefined;
    throw error;
  }
}

/** What a definition reads: the events that its parameters name, and of those, of users and of items what its SQL asks for. */
function addReads(draft: LineageDraft, id: string, events: readonly string[], trace: ColumnTrace | undefined): void {
  if (!trace) {
    for (const name of events) draft.edge(draft.stored('event', name), id);
    return;
  }
  for (const read of storedReads(trace)) {
    const names = read.part.noun === 'event' && events.length > 0 ? events : [read.part.name];
    for (const name of names) draft.reads(id, { ...read, part: { noun: read.part.noun, name } });
  }
}
