import { z } from 'zod';
import { WriteMode } from './sync.js';
import { JsonSchema } from './ui.js';

/** The version of the plugin interface that this core speaks. */
export const API_VERSION = 1;

export const PluginKind = z.enum(['connector', 'metric', 'tagging', 'experiment', 'channel']);
export type PluginKind = z.infer<typeof PluginKind>;

/** What a plugin may reach; an admin sees it before installing. */
export const Permissions = z.strictObject({
  /** `tcp:host:port`, `https:host`, with `*` for any. */
  network: z.array(z.string()),
  /** Names of the secrets that a connection hands over. */
  secrets: z.array(z.string()),
});
export type Permissions = z.infer<typeof Permissions>;

/** The `pelton` block of a plugin's package.json, readable without running any of its code. */
export const PluginManifest = z.strictObject({
  apiVersion: z.number().int(),
  host: z.string(),
  title: z.string().min(1),
  entry: z.string().regex(/^[^/\\.][^\\]*$/, 'The entry is a path inside the package'),
  contributes: z.array(z.strictObject({ kind: PluginKind, id: z.string().min(1), title: z.string().min(1) })).min(1),
  permissions: Permissions,
});
export type PluginManifest = z.infer<typeof PluginManifest>;

/** The part of package.json that core reads. */
export const PluginPackage = z.object({
  name: z.string().min(1),
  version: z.string().min(1),
  description: z.string().optional(),
  license: z.string().optional(),
  pelton: PluginManifest,
});
export type PluginPackage = z.infer<typeof PluginPackage>;

const ContributionBase = {
  id: z.string().regex(/^[a-z][a-z0-9_-]*$/),
  title: z.string().min(1),
  description: z.string(),
  /** Name of a Tabler icon. */
  icon: z.string(),
};

/** What kind of system a connector reaches; for people who choose among many. A bridge runs connectors of other makers. */
export const ConnectorGroup = z.enum(['files', 'databases', 'applications', 'streams', 'bridges']);
export type ConnectorGroup = z.infer<typeof ConnectorGroup>;

/** Everything about a contribution that is data: what forms, lists and the API show. Its functions stay in the plugin. */
export const ContributionSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    ...ContributionBase,
    kind: z.literal('connector'),
    /** Applications when it is not said. */
    group: ConnectorGroup.optional(),
    config: JsonSchema,
    secrets: z.array(z.string()),
    stream: JsonSchema,
    can: z.array(z.enum(['read', 'incremental', 'relation', 'write'])),
    /** How it writes rows, and what a write asks for besides the connection; for those that can. */
    writes: z.strictObject({ modes: z.array(WriteMode), target: JsonSchema }).optional(),
  }),
  z.strictObject({ ...ContributionBase, kind: z.literal('metric'), params: JsonSchema }),
  z.strictObject({ ...ContributionBase, kind: z.literal('tagging'), params: JsonSchema }),
  z.strictObject({ ...ContributionBase, kind: z.literal('experiment'), params: JsonSchema }),
  z.strictObject({
    ...ContributionBase,
    kind: z.literal('channel'),
    config: JsonSchema,
    secrets: z.array(z.string()),
    content: JsonSchema,
    address: z.string(),
    limits: z.strictObject({ perSecond: z.number(), burst: z.number(), batch: z.number() }),
  }),
]);
export type ContributionSpec = z.infer<typeof ContributionSpec>;
export type SpecOf<K extends PluginKind> = Extract<ContributionSpec, { kind: K }>;

/** A plugin as the admin page lists it. */
export const Plugin = z.object({
  name: z.string(),
  version: z.string(),
  title: z.string(),
  description: z.string(),
  licence: z.string(),
  trust: z.enum(['built-in', 'third-party']),
  state: z.enum(['ready', 'failed']),
  reason: z.string().optional(),
  permissions: Permissions,
  contributes: z.array(z.object({ kind: PluginKind, id: z.string(), title: z.string() })),
});
export type Plugin = z.infer<typeof Plugin>;
