import { readFileSync, readdirSync, existsSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { API_VERSION, PluginPackage } from '@pelton/contract';

/** A plugin as it lies on disk, read without running any of its code. */
export interface FoundPlugin {
  folder: string;
  /** Absolute path of the module to import. */
  entry: string;
  package: PluginPackage;
}

/** A folder that wants to be a plugin and cannot, with the reason in words. */
export interface BrokenPlugin {
  folder: string;
  name: string;
  reason: string;
}

/** The version of this core, which a plugin's `host` range has to admit. */
const HOST_VERSION = '0.1.0';

/** Reads the manifests of all plugin folders directly below a folder; other folders are passed over. */
export function findPlugins(parent: string): (FoundPlugin | BrokenPlugin)[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent, { withFileTypes: true })
    .filter(
      (entry) =>
        (entry.isDirectory() || entry.isSymbolicLink()) && existsSync(join(parent, entry.name, 'package.json')),
    )
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((entry) => readPlugin(join(parent, entry.name), entry.name));
}

function readPlugin(folder: string, name: string): FoundPlugin | BrokenPlugin {
  const broken = (reason: string): BrokenPlugin => ({ folder, name, reason });
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch (error) {
    return broken(`package.json cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const manifest = PluginPackage.safeParse(json);
  if (!manifest.success) {
    const issue = manifest.error.issues[0];
    return broken(`package.json ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { pelton, name: packageName } = manifest.data;
  if (pelton.apiVersion !== API_VERSION)
    return {
      ...broken(`it is made for plugin interface ${pelton.apiVersion}; this Pelton speaks ${API_VERSION}`),
      name: packageName,
    };
  if (!admitsHost(pelton.host))
    return { ...broken(`it is made for Pelton ${pelton.host}; this is ${HOST_VERSION}`), name: packageName };
  const entry = join(folder, pelton.entry);
  if (!existsSync(entry))
    return { ...broken(`its entry ${pelton.entry} is not there; was it built?`), name: packageName };
  if (!realpathSync(entry).startsWith(realpathSync(folder) + sep))
    return { ...broken('its entry lies outside its folder'), name: packageName };
  return { folder, entry, package: manifest.data };
}

/** Knows ranges of the form `>=0.1 <1`; each part has to hold. */
function admitsHost(range: string): boolean {
  return range
    .trim()
    .split(/\s+/)
    .every((part) => {
      const match = /^(>=|<)(\d+(?:\.\d+){0,2})$/.exec(part);
      if (!match) return false;
      const order = compareVersions(HOST_VERSION, match[2] ?? '');
      return match[1] === '>=' ? order >= 0 : order < 0;
    });
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
