import { fileURLToPath } from 'node:url';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AppError, type Plugin, type PluginKind, type SpecOf } from '@pelton/contract';
import type { AnyContribution, CallsOf } from '@pelton/sdk';
import { PinoLogger } from 'nestjs-pino';
import { CONFIG, type Config } from '../config.js';
import { loadBuiltIn } from './built-in.js';
import { type ForeignPlugin, loadForeign } from './foreign.js';
import { type BrokenPlugin, findPlugins, type FoundPlugin } from './manifest.js';

/** The plugins of this repository, beside `apps`. */
const BUILT_IN_FOLDER = fileURLToPath(new URL('../../../../plugins', import.meta.url));

export type Trust = Plugin['trust'];

/** A contribution ready to be called. */
export interface Installed<K extends PluginKind> {
  kind: K;
  plugin: string;
  version: string;
  trust: Trust;
  spec: SpecOf<K>;
  calls: CallsOf[K];
}

/** Loads all plugins once, and finds contributions by kind and id. A plugin that fails is listed with its reason and stops nothing. */
@Injectable()
export class PluginsService implements OnModuleInit, OnApplicationShutdown {
  private readonly installed = new Map<string, Installed<PluginKind>>();
  private readonly plugins: Plugin[] = [];
  private readonly foreign: ForeignPlugin[] = [];

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly logger: PinoLogger,
  ) {}

  async onModuleInit(): Promise<void> {
    for (const plugin of findPlugins(BUILT_IN_FOLDER)) await this.install(plugin, 'built-in');
    for (const plugin of findPlugins(this.config.pluginsDir)) await this.install(plugin, 'third-party');
  }

  onApplicationShutdown(): void {
    for (const plugin of this.foreign) plugin.stop();
  }

  list(): Plugin[] {
    return this.plugins;
  }

  /** All contributions of one kind, in the order in which they were loaded. */
  all<K extends PluginKind>(kind: K): Installed<K>[] {
    return [...this.installed.values()].filter((item) => item.kind === kind) as unknown[] as Installed<K>[]; // filtered by kind
  }

  /** @throws CONTRIBUTION_UNKNOWN */
  get<K extends PluginKind>(kind: K, id: string): Installed<K> {
    const found = this.installed.get(`${kind} ${id}`);
    if (!found) throw new AppError('CONTRIBUTION_UNKNOWN', { kind, id });
    return found as unknown as Installed<K>; // stored under its own kind
  }

  private async install(plugin: FoundPlugin | BrokenPlugin, trust: Trust): Promise<void> {
    if ('reason' in plugin) return this.fail(plugin.name, plugin.reason, trust);
    const { name, version } = plugin.package;
    try {
      const contributions = trust === 'built-in' ? await loadBuiltIn(plugin) : await this.loadForeign(plugin);
      this.checkManifest(plugin, contributions);
      for (const { kind, spec, calls } of contributions) {
        this.installed.set(`${kind} ${spec.id}`, { kind, plugin: name, version, trust, spec, calls });
      }
      this.plugins.push(describe(plugin, trust));
      this.logger.debug({ plugin: name, version, trust, contributions: contributions.length }, 'plugin.loaded');
    } catch (error) {
      this.fail(name, error instanceof Error ? error.message : String(error), trust, plugin);
    }
  }

  private async loadForeign(plugin: FoundPlugin): Promise<AnyContribution[]> {
    const foreign = await loadForeign(plugin);
    this.foreign.push(foreign);
    return foreign.contributions;
  }

  private checkManifest(plugin: FoundPlugin, contributions: AnyContribution[]): void {
    const declared = new Set(plugin.package.pelton.contributes.map((item) => `${item.kind} ${item.id}`));
    for (const { kind, spec } of contributions) {
      const key = `${kind} ${spec.id}`;
      if (!declared.has(key)) throw new Error(`it brings the ${key}, which its package.json does not declare`);
      const other = this.installed.get(key);
      if (other) throw new Error(`the ${key} is already brought by ${other.plugin}`);
    }
  }

  private fail(name: string, reason: string, trust: Trust, plugin?: FoundPlugin): void {
    this.logger.warn({ plugin: name, reason }, 'plugin.failed');
    const known = plugin && describe(plugin, trust);
    this.plugins.push({
      ...(known ?? {
        name,
        version: '',
        title: name,
        description: '',
        licence: '',
        trust,
        permissions: { network: [], secrets: [] },
        contributes: [],
      }),
      state: 'failed',
      reason,
    });
  }
}

function describe(plugin: FoundPlugin, trust: Trust): Plugin {
  const { name, version, description = '', license = '', pelton } = plugin.package;
  return {
    name,
    version,
    title: pelton.title,
    description,
    licence: license,
    trust,
    state: 'ready',
    permissions: pelton.permissions,
    contributes: pelton.contributes,
  };
}
