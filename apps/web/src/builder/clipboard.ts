import { type Graph, parseRef, type Position, Step } from '@pelton/contract';
import { z } from 'zod';
import { newStepId } from './graph/edit-graph';

/** Steps as they travel over the clipboard, also to another pipeline or another Pelton. */
const CopiedSteps = z.object({
  pelton: z.literal('steps'),
  steps: z.array(Step).min(1),
  layout: z.record(z.string(), z.object({ x: z.number(), y: z.number() })),
});

export function toClipboard(graph: Graph, ids: readonly string[], places: Readonly<Record<string, Position>>): string {
  const steps = graph.steps.filter((step) => ids.includes(step.id));
  const layout = Object.fromEntries(steps.map(({ id }) => [id, places[id] ?? { x: 0, y: 0 }]));
  return JSON.stringify({ pelton: 'steps', steps, layout });
}

/** Puts copied steps into a graph, with new ids, the wires between them kept. Undefined for any other text. */
export function fromClipboard(graph: Graph, text: string): { graph: Graph; ids: string[] } | undefined {
  const copied = read(text);
  if (!copied) return undefined;
  const ids = new Map<string, string>();
  let next = graph;
  for (const step of copied.steps) {
    const id = newStepId(next, step.uses);
    ids.set(step.id, id);
    next = { ...next, steps: [...next.steps, { ...step, id, inputs: {} }] };
  }
  const layout = { ...graph.layout };
  for (const [old, { x, y }] of Object.entries(copied.layout)) layout[ids.get(old) ?? old] = { x: x + 32, y: y + 32 };
  const steps = next.steps.map((step) => {
    const original = copied.steps.find(({ id }) => ids.get(id) === step.id);
    return original ? { ...step, inputs: keptWires(original.inputs, ids) } : step;
  });
  return { graph: { ...graph, steps, layout }, ids: [...ids.values()] };
}

function keptWires(inputs: Record<string, string>, ids: ReadonlyMap<string, string>): Record<string, string> {
  const kept = Object.entries(inputs).flatMap(([port, ref]) => {
    const { step, port: from } = parseRef(ref);
    const id = ids.get(step);
    return id ? [[port, from === undefined ? id : `${id}.${from}`]] : [];
  });
  return Object.fromEntries(kept) as Record<string, string>;
}

function read(text: string): z.infer<typeof CopiedSteps> | undefined {
  try {
    return CopiedSteps.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
