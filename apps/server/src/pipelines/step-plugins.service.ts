import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import {
  type ContributionSpec,
  type Graph,
  isAppError,
  type JsonSchema,
  type PluginKind,
  type PluginPin,
  type Step,
  type StepUpgrade,
} from '@pelton/contract';
import type { Model } from 'mongoose';
import { MessagesService } from '../messages/messages.service.js';
import { type Installed, PluginsService } from '../plugins/plugins.service.js';
import { DefinitionsService } from '../steps/definitions.service.js';
import type { RunDefinitions } from '../steps/run-definitions.js';
import { compareForms } from './compare-forms.js';
import type { PluginFormDoc } from './plugin-form.schema.js';

/** The plugin behind a step, with the form that the step is filled in by. */
export interface StepPlugin {
  pin: PluginPin;
  /** What of the contribution the step asks for: two steps of one connector have forms of their own. */
  part: 'read' | 'write' | 'params';
  form: JsonSchema;
}

/** Knows which plugin each step comes from, and in which version it was filled in. */
@Injectable()
export class StepPlugins {
  constructor(
    @InjectModel('PluginForm') private readonly forms: Model<PluginFormDoc>,
    private readonly plugins: PluginsService,
    private readonly definitions: DefinitionsService,
    private readonly messages: MessagesService,
  ) {}

  /** The plugins that are installed now, by step. Steps of core, and those whose definition is gone, have none. */
  async of(projectId: string, graph: Graph): Promise<Map<string, StepPlugin>> {
    const definitions = await this.definitions.current(projectId);
    const found = await Promise.all(
      graph.steps.map(async (step) => {
        try {
          return [step.id, await this.ofStep(projectId, step, definitions)] as const;
        } catch (error) {
          if (isAppError(error)) return [step.id, undefined] as const;
          throw error;
        }
      }),
    );
    return new Map(found.flatMap(([id, plugin]) => (plugin ? [[id, plugin] as const] : [])));
  }

  /** What a version pins: what a step had before, unless its plugin is another one; else what is installed. */
  async pin(
    projectId: string,
    graph: Graph,
    before: Readonly<Record<string, PluginPin>>,
  ): Promise<Record<string, PluginPin>> {
    const installed = await this.of(projectId, graph);
    await Promise.all([...installed.values()].map((plugin) => this.keepForm(plugin)));
    return Object.fromEntries(
      [...installed].map(([id, { pin }]) => {
        const pinned = before[id];
        return [id, pinned && isSameContribution(pinned, pin) ? pinned : pin];
      }),
    );
  }

  /** Steps whose plugin is installed in another version than the one that they are pinned to. */
  async upgrades(projectId: string, graph: Graph, pins: Readonly<Record<string, PluginPin>>): Promise<StepUpgrade[]> {
    const installed = await this.of(projectId, graph);
    const differing = [...installed].flatMap(([step, plugin]) => {
      const pinned = pins[step];
      const differs = pinned && isSameContribution(pinned, plugin.pin) && pinned.version !== plugin.pin.version;
      return differs ? [{ step, plugin, pinned }] : [];
    });
    return Promise.all(
      differing.map(async ({ step, plugin, pinned }) => {
        const kept = await this.forms.findById(formId(pinned, plugin.part)).lean();
        const before = kept ? (JSON.parse(kept.form) as JsonSchema) : plugin.form; // written by keepForm
        const { plugin: name, version } = plugin.pin;
        return { step, plugin: name, from: pinned.version, to: version, changes: compareForms(before, plugin.form) };
      }),
    );
  }

  private async ofStep(projectId: string, step: Step, definitions: RunDefinitions): Promise<StepPlugin | undefined> {
    const name = (noun: string) => {
      const named = step.with[noun];
      return typeof named === 'string' ? named : '';
    };
    switch (step.uses) {
      case 'core/metric':
        return withForm(this.plugins.get('metric', definitions.metric(name('metric')).template), 'params');
      case 'core/tag':
        return withForm(this.plugins.get('tagging', definitions.tag(name('tag')).template), 'params');
      case 'core/experiment':
        return withForm(this.plugins.get('experiment', definitions.experiment(name('experiment')).engine), 'params');
      case 'core/message': {
        const { connection } = definitions.message(name('message'));
        const { id } = await this.messages.channelSpec(projectId, connection);
        return withForm(this.plugins.get('channel', id), 'params');
      }
      default:
        return this.ofConnector(step.uses);
    }
  }

  private ofConnector(uses: string): StepPlugin | undefined {
    const [id = '', part] = uses.split('/');
    if (id === 'core' || (part !== 'read' && part !== 'write')) return undefined;
    return withForm(this.plugins.get('connector', id), part);
  }

  private async keepForm({ pin, part, form }: StepPlugin): Promise<void> {
    await this.forms.updateOne({ _id: formId(pin, part) }, { $set: { form: JSON.stringify(form) } }, { upsert: true });
  }
}

type Brought = Pick<Installed<PluginKind>, 'plugin' | 'version'> & { kind: PluginKind; spec: ContributionSpec };

function withForm({ kind, plugin, version, spec }: Brought, part: StepPlugin['part']): StepPlugin {
  return { pin: { plugin, version, kind, id: spec.id }, part, form: formOf(spec, part) };
}

function formOf(spec: ContributionSpec, part: StepPlugin['part']): JsonSchema {
  if (spec.kind === 'connector') return (part === 'write' ? spec.writes?.target : spec.stream) ?? {};
  return spec.kind === 'channel' ? spec.content : spec.params;
}

function formId({ plugin, version, kind, id }: PluginPin, part: StepPlugin['part']): string {
  return `${plugin} ${version} ${kind} ${id} ${part}`;
}

function isSameContribution(one: PluginPin, other: PluginPin): boolean {
  return one.plugin === other.plugin && one.kind === other.kind && one.id === other.id;
}
