import { fileURLToPath } from 'node:url';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AppError, type JsonSchema } from '@pelton/contract';
import { Tinypool } from 'tinypool';
import type { FieldTemplate, RenderResult, RenderTask } from './render.worker.js';

const WORKER = fileURLToPath(new URL('render.worker.js', import.meta.url));
/** Starting a thread is not the template's fault, and takes seconds on a machine that is busy. */
const START_MS = 10_000;
const EACH_MS = 250;

/** Renders the templates of messages in killable threads. */
@Injectable()
export class Renderer implements OnApplicationShutdown {
  private readonly pool = new Tinypool({
    filename: WORKER,
    minThreads: 0,
    maxThreads: 2,
    idleTimeout: 30_000,
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  });

  /**
   * Fills in the templates of a content once for each row.
   * @param schema the channel's, whose hints `template` and `html` say which fields are templates
   * @returns one content a row, in the same order
   * @throws TEMPLATE_BROKEN naming the field
   */
  async render(
    content: Record<string, unknown>,
    schema: JsonSchema,
    rows: Record<string, unknown>[],
  ): Promise<Record<string, unknown>[]> {
    const templates = templatesOf(content, schema);
    const result = await this.run({ templates, rows });
    if (!result.ok) throw new AppError('TEMPLATE_BROKEN', { field: result.field, reason: result.reason });
    return result.rows.map((fields) => ({ ...content, ...fields }));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.destroy();
  }

  private async run(task: RenderTask): Promise<RenderResult> {
    const limitMs = START_MS + EACH_MS * Math.min(task.rows.length, 20);
    try {
      return (await this.pool.run(task, { signal: AbortSignal.timeout(limitMs) })) as RenderResult; // what the worker's default export returns
    } catch (error) {
      const field = task.templates[0]?.field ?? 'content';
      throw new AppError('TEMPLATE_BROKEN', { field, reason: `it took longer than ${limitMs} ms` }, { cause: error });
    }
  }
}

/** The fields of a content that hold Liquid, by the channel's schema. */
export function templatesOf(
  content: Record<string, unknown>,
  schema: JsonSchema,
): (FieldTemplate & { title: string })[] {
  const properties = schema.properties as Record<string, { title?: string; ui?: { widget?: string } }> | undefined; // JSON Schema of an object
  return Object.entries(properties ?? {}).flatMap(([field, { title = field, ui }]) => {
    const text = content[field];
    const isTemplate = ui?.widget === 'template' || ui?.widget === 'html';
    return isTemplate && typeof text === 'string' ? [{ field, title, text, isHtml: ui?.widget === 'html' }] : [];
  });
}
