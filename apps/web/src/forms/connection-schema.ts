import type { JsonSchema, SpecOf } from '@pelton/contract';

type Configured = Pick<SpecOf<'connector'> | SpecOf<'channel'>, 'config' | 'secrets'>;

/** One form for a connection: its configuration, then each secret as a field that is only ever written. */
export function connectionSchema({ config, secrets }: Configured): JsonSchema {
  const own = secrets.map((name) => [name, { type: 'string', title: titleOf(name), ui: { widget: 'secret' } }]);
  const properties = { ...(config['properties'] as JsonSchema), ...Object.fromEntries(own) }; // an object's schema
  return { ...config, properties } as JsonSchema;
}

/** Takes the values of such a form apart again; a secret that was left empty is not sent, so the one that is set stays. */
export function splitSecrets(
  values: Record<string, unknown>,
  names: readonly string[],
): { config: JsonSchema; secrets: Record<string, string> } {
  const isSecret = (name: string) => names.includes(name);
  const entries = Object.entries(values);
  const config = Object.fromEntries(entries.filter(([name, value]) => !isSecret(name) && value !== '')) as JsonSchema; // made by a form
  const given = entries.filter(
    (entry): entry is [string, string] => isSecret(entry[0]) && typeof entry[1] === 'string' && entry[1] !== '',
  );
  return { config, secrets: Object.fromEntries(given) };
}

/** `apiKey` gives `Api key`. */
function titleOf(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_-]/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
