import type { JsonSchema } from './ui.js';

/** The keywords of a JSON Schema that lead from a parameter to those inside of it. */
interface Node {
  title?: string;
  properties?: Record<string, Node>;
  items?: Node;
  $ref?: string;
  $defs?: Record<string, Node>;
}

/**
 * What the form of a schema calls a parameter, by its path: `columns.0.formula` is `New columns 1, Formula`. What has no
 * title inside of a parameter, such as a rule of a condition, is called as the parameter is.
 * @param word how a title is said, such as in another language
 * @returns undefined for a path that is none of the schema's
 */
export function fieldTitle(
  schema: JsonSchema,
  path: string,
  word: (title: string) => string = (title) => title,
): string | undefined {
  const root = schema as Node; // written by zod or by a plugin's manifest, and read with care
  const resolve = (node: Node | undefined): Node | undefined => {
    const name = node?.$ref?.replace('#/$defs/', '');
    return name === undefined ? node : { ...root.$defs?.[name], ...node };
  };
  const titlesIn = (node: Node | undefined, [name, ...rest]: readonly string[]): string[] | undefined => {
    const field = name === undefined ? undefined : resolve(node?.properties?.[name]);
    if (!field) return undefined;
    const isItem = /^\d+$/.test(rest[0] ?? '');
    const inner = isItem ? titlesIn(resolve(field.items), rest.slice(1)) : titlesIn(field, rest);
    const own = field.title === undefined ? [] : [word(field.title) + (isItem ? ` ${Number(rest[0]) + 1}` : '')];
    return [...own, ...(inner ?? [])];
  };
  const [name] = path.split('.');
  const titles = titlesIn(root, path.split('.'));
  return titles && (titles.join(', ') || name);
}
