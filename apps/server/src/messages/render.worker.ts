// Renders templates in a thread of its own, which is killed when a template takes too long.
import { Liquid, type Template } from 'liquidjs';

/** A field of a message: Liquid in plain text or in HTML. */
export interface FieldTemplate {
  field: string;
  text: string;
  isHtml: boolean;
}

export interface RenderTask {
  templates: FieldTemplate[];
  /** What each message may use, such as `user` and `unsubscribe_url`. */
  rows: Record<string, unknown>[];
}

export type RenderResult = { ok: true; rows: Record<string, string>[] } | { ok: false; field: string; reason: string };

const LIMITS = { parseLimit: 100_000, renderLimit: 100, memoryLimit: 1_000_000, ownPropertyOnly: true, templates: {} };
const plain = new Liquid(LIMITS);
const html = new Liquid({ ...LIMITS, outputEscape: 'escape' });
const MOST_OUTPUT = 1_048_576;

export default function render({ templates, rows }: RenderTask): RenderResult {
  const rendered: Record<string, string>[] = rows.map(() => ({}));
  for (const { field, text, isHtml } of templates) {
    const engine = isHtml ? html : plain;
    try {
      const parsed: Template[] = engine.parse(text);
      for (const [index, row] of rows.entries()) {
        const output = String(engine.renderSync(parsed, row));
        if (output.length > MOST_OUTPUT) return { ok: false, field, reason: 'it grows beyond 1 MB' };
        (rendered[index] as Record<string, string>)[field] = output;
      }
    } catch (error) {
      return { ok: false, field, reason: firstLine(error) };
    }
  }
  return { ok: true, rows: rendered };
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? text;
}
