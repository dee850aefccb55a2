import { FILE_SCHEMAS, type FilePlan, type ProjectFile } from '@pelton/contract';
import { parseDocument } from 'yaml';
import { NOUNS, pathOf, type Thing } from './thing.js';

type Problem = FilePlan['problems'][number];

/** Reads files into things. What cannot be read is told by file, and the others are read all the same. */
export function readFiles(files: readonly ProjectFile[]): { things: Thing[]; problems: Problem[] } {
  const read = files.map(readFile);
  return {
    things: read.flatMap((result) => ('noun' in result ? [result] : [])),
    problems: read.flatMap((result) => ('path' in result ? [result] : [])),
  };
}

function readFile({ path, text }: ProjectFile): Thing | Problem {
  const noun = NOUNS.find((each) => path.startsWith(`${each}s/`));
  if (!noun) {
    const folders = NOUNS.map((each) => `${each}s`).join(', ');
    return { path, message: `no such folder. Files stand in one of ${folders}` };
  }
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error) return { path, message: `this is not YAML: ${error.message}` };
  const result = FILE_SCHEMAS[noun].safeParse(document.toJS());
  if (!result.success) return { path, message: result.error.issues.map(toWords).join('; ') };
  const { name, title } = result.data;
  if (path !== pathOf({ noun, name }))
    return { path, message: `it is called ${name} inside. Rename the file to ${pathOf({ noun, name })}, or the name` };
  return { noun, name, title, body: result.data };
}

function toWords({ path, message }: { path: PropertyKey[]; message: string }): string {
  return path.length > 0 ? `${path.map(String).join('.')}: ${message}` : message;
}
