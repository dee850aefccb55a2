import { Injectable } from '@nestjs/common';
import {
  AppError,
  type JsonSchema,
  nameFromTitle,
  type PipelineTemplate,
  refusedParam,
  type TemplateResult,
  type TemplateUse,
  toJsonSchema,
} from '@pelton/contract';
import type { Actor } from '../common/allow.js';
import { ConnectionsService } from '../connections/connections.service.js';
import { EventsService } from '../events/events.service.js';
import { ExperimentsService } from '../experiments/experiments.service.js';
import { ItemTypesService } from '../items/item-types.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { PipelinesService } from '../pipelines/pipelines.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { DefinitionsService } from '../steps/definitions.service.js';
import type { FrozenDefinitions } from '../steps/run-definitions.js';
import { TagsService } from '../tags/tags.service.js';
import { factsOf } from './facts-of.js';
import { TEMPLATES } from './pipelines/index.js';
import type { ProjectFacts } from './project-facts.js';
import { settleDefinitions, type SettledPlan } from './settle-definitions.js';
import type { AnyTemplate } from './template.js';

/** The gallery of pipelines that answers make. */
@Injectable()
export class TemplatesService {
  constructor(
    private readonly pipelines: PipelinesService,
    private readonly definitions: DefinitionsService,
    private readonly metrics: MetricsService,
    private readonly tags: TagsService,
    private readonly experiments: ExperimentsService,
    private readonly messages: MessagesService,
    private readonly events: EventsService,
    private readonly connections: ConnectionsService,
    private readonly itemTypes: ItemTypesService,
    private readonly projects: ProjectsService,
  ) {}

  async list(projectId: string): Promise<PipelineTemplate[]> {
    const [facts, existing] = await this.look(projectId);
    return TEMPLATES.map((template) => describeTemplate(template, facts, existing));
  }

  /** @throws PARAM_INVALID, NOT_FOUND */
  private async plan(projectId: string, id: string, { answers }: Pick<TemplateUse, 'answers'>): Promise<SettledPlan> {
    const [facts, existing] = await this.look(projectId);
    return planOf(templateOf(id), answers, facts, existing);
  }

  /** Makes the definitions that are missing and the pipeline, as a draft. @throws PARAM_INVALID, NOT_FOUND */
  async use(actor: Actor, id: string, { title, answers }: TemplateUse): Promise<TemplateResult> {
    const plan = await this.plan(actor.projectId, id, { answers });
    const name = await this.freeName(actor.projectId, title);
    await Promise.all([
      ...plan.metrics.map((metric) => this.metrics.create(actor, metric)),
      ...plan.tags.map((tag) => this.tags.create(actor, tag)),
      ...plan.messages.map((message) => this.messages.create(actor, message)),
    ]);
    await Promise.all(plan.experiments.map((experiment) => this.experiments.create(actor, experiment)));
    const { description } = templateOf(id);
    await this.pipelines.create(actor, { name, title, description, graph: plan.graph });
    return { pipeline: name, definitions: plan.definitions };
  }

  private async look(projectId: string): Promise<[ProjectFacts, FrozenDefinitions]> {
    const [events, connections, itemTypes, { timezone }, existing] = await Promise.all([
      this.events.names(projectId),
      this.connections.list(projectId),
      this.itemTypes.list(projectId),
      this.projects.find(projectId),
      this.definitions.freeze(projectId),
    ]);
    return [factsOf({ events, connections, itemTypes, timezone, metrics: existing.metrics }), existing];
  }

  private async freeName(projectId: string, title: string): Promise<string> {
    const taken = new Set((await this.pipelines.list(projectId)).map(({ name }) => name));
    const wanted = nameFromTitle(title).slice(0, 60).replace(/-+$/, '');
    let [name, number] = [wanted, 2];
    while (taken.has(name)) name = `${wanted}-${number++}`;
    return name;
  }
}

/** A template as the gallery shows it, with the answers that the project's data suggests. */
export function describeTemplate(
  template: AnyTemplate,
  facts: ProjectFacts,
  existing: FrozenDefinitions,
): PipelineTemplate {
  const { id, title, description, layer, questions } = template;
  const answers = questions.parse(template.suggest(facts)) as JsonSchema; // read by the template's own questions
  const { graph, definitions } = settleDefinitions(template.build(answers, facts), existing);
  return { id, title, description, layer, questions: toJsonSchema(questions), answers, graph, definitions };
}

/** @throws PARAM_INVALID naming the first answer that is wrong */
export function planOf(
  template: AnyTemplate,
  answers: JsonSchema,
  facts: ProjectFacts,
  existing: FrozenDefinitions,
): SettledPlan {
  const read = template.questions.safeParse({ ...template.suggest(facts), ...answers });
  if (!read.success) throw refusedParam(read.error.issues, toJsonSchema(template.questions));
  return settleDefinitions(template.build(read.data, facts), existing);
}

function templateOf(id: string): AnyTemplate {
  const template = TEMPLATES.find((each) => each.id === id);
  if (!template) throw new AppError('NOT_FOUND', { noun: 'template', name: id });
  return template;
}
