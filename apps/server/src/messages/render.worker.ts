// Renders templates in a thread of its own, which is killed when a template takes too long.
import { Context, Liquid, type Template } from 'liquidjs';

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

const LIMITS = { parseLimit: 100_000, memoryLimit: 1_000_000, ownPropertyOnly: true, templates: {} };
const plain = new Liquid(LIMITS);
const html = new Liquid({ ...LIMITS, outputEscape: 'escape' });
const MOST_OUTPUT = 1_048_576;
/** What a message may be made of: texts, values and tags, those in a loop as often as it goes round. A tenth of a second's work. */
const MOST_PARTS = 50_000;

export default function render({ templates, rows }: RenderTask): RenderResult {
  const rendered: Record<string, string>[] = rows.map(() => ({}));
  for (const { field, text, isHtml } of templates) {
    const engine = isHtml ? html : plain;
    try {
      const parsed: Template[] = engine.parse(text);
      for (const [index, row] of rows.entries()) {
        const context = new Context(row, engine.options, { sync: true }, { liquid: engine, renderLimit: partLimit() });
        const output = String(engine.renderSync(parsed, context));
        if (output.length > MOST_OUTPUT) return { ok: false, field, reason: 'it grows beyond 1 MB' };
        (rendered[index] as Record<string, string>)[field] = output;
      }
    } catch (error) {
      return { ok: false, field, reason: firstLine(error) };
    }
  }
  return { ok: true, rows: rendered };
}

/** Counts parts where liquidjs would look at the clock: that a machine is busy is not the template's fault. */
function partLimit(): Context['renderLimit'] {
  let count = 0;
  const check = () => {
    count += 1;
    if (count > MOST_PARTS) throw new Error(`it has more than ${MOST_PARTS} parts. Loop over less`);
  };
  return { check } as unknown as Context['renderLimit']; // its class is not exported, and nothing else of it is called
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? text;
}
