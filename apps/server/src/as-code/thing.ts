import {
  FILE_SCHEMAS,
  type FileNoun,
  type JsonSchema,
  type PipelineFile,
  type ProjectFile,
  stableText,
} from '@pelton/contract';
import { toPipelineFile } from './pipeline-file.js';

/** What a file says, read by its noun's schema; `body` holds every field, whether the file had it or not. */
export interface Thing {
  noun: FileNoun;
  name: string;
  title: string;
  body: Record<string, unknown>;
}

/** Nouns in the order in which one needs the other. */
export const NOUNS = Object.keys(FILE_SCHEMAS) as FileNoun[]; // keys of that table

/** Takes of a document what a file of its noun holds. */
export function toThing(noun: FileNoun, document: { name: string; title: string }): Thing {
  const schema = FILE_SCHEMAS[noun];
  const whole = document as unknown as Record<string, unknown>; // any field may be asked for by its name
  const known = Object.keys(schema.shape).filter((key) => whole[key] !== undefined);
  const body = schema.parse(Object.fromEntries(known.map((key) => [key, whole[key]])));
  return { noun, name: document.name, title: document.title, body };
}

export function pathOf({ noun, name }: Pick<Thing, 'noun' | 'name'>): string {
  return `${noun}s/${name}.yaml`;
}

/** @param server where the schemas of files are */
export async function toFile(thing: Thing, server: string): Promise<ProjectFile> {
  const { toYaml } = await import('./to-yaml.js'); // a start need not know YAML
  const { noun, body } = thing;
  const content = noun === 'pipeline' ? pipelineContent(body) : withoutDefaults(noun, body);
  return { path: pathOf(thing), text: toYaml(content, `${server}/schema/${noun}.json`) };
}

function pipelineContent(body: Thing['body']): object {
  const { name, title, description, draft, ...graph } = body as PipelineFile; // read by its schema
  return toPipelineFile({ name, title, description }, graph, draft);
}

/** What a reader would fill in by itself need not be written. */
function withoutDefaults(noun: FileNoun, body: Thing['body']): object {
  const shape = FILE_SCHEMAS[noun].shape as Record<
    string,
    { safeParse: (value: unknown) => { success: boolean; data?: unknown } }
  >;
  const kept = Object.entries(body).filter(([key, value]) => {
    const absent = shape[key]?.safeParse(undefined);
    return !absent?.success || stableText(absent.data) !== stableText(value);
  });
  return Object.fromEntries(kept) as JsonSchema;
}
