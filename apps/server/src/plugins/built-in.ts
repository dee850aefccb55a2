import { pathToFileURL } from 'node:url';
import { AppError, isAppError } from '@pelton/contract';
import type { AnyContribution, PluginDefinition } from '@pelton/sdk';
import type { FoundPlugin } from './manifest.js';

/** Loads a plugin that comes with Pelton into this process. */
export async function loadBuiltIn(plugin: FoundPlugin): Promise<AnyContribution[]> {
  const module = (await import(pathToFileURL(plugin.entry).href)) as { default?: PluginDefinition }; // checked below
  const contributions = module.default?.contributions;
  if (!Array.isArray(contributions)) throw new Error('its entry has no default export made by definePlugin');
  return contributions.map((contribution) => nameErrors(plugin.package.name, contribution));
}

/** A failure that the plugin did not expect is told as its failure, not as Pelton's. */
function nameErrors(plugin: string, contribution: AnyContribution): AnyContribution {
  const calls = Object.fromEntries(
    Object.entries(contribution.calls).map(([name, call]) => [
      name,
      name === 'read' ? call : guarded(plugin, name, call as Call),
    ]),
  );
  return { ...contribution, calls } as AnyContribution; // the same names and types, each call guarded
}

type Call = (argument: unknown) => Promise<unknown>;

function guarded(plugin: string, name: string, call: Call): Call {
  return async (argument) => {
    try {
      return await call(argument);
    } catch (error) {
      throw pluginError(plugin, name, error);
    }
  };
}

/** An expected error stays what it is; any other becomes PLUGIN_FAILED. */
export function pluginError(plugin: string, call: string, error: unknown): AppError {
  if (isAppError(error)) return error;
  return new AppError(
    'PLUGIN_FAILED',
    { plugin, call, reason: error instanceof Error ? error.message : String(error) },
    { cause: error },
  );
}
