import { type Graph, Note, parseRef, type Position, Step } from '@pelton/contract';
import { z } from 'zod';
import { newStepId } from './graph/edit-graph';
import { newNoteId } from './graph/notes';

/** Steps as they travel over the clipboard, also to another pipeline or another Pelton. A pipeline's graph is read as well. */
const CopiedSteps = z.object({
  pelton: z.literal('steps').optional(),
  steps: z.array(Step),
  layout: z.record(z.string(), z.object({ x: z.number(), y: z.number() })).default({}),
  notes: z.array(Note).default([]),
});
type CopiedSteps = z.infer<typeof CopiedSteps>;

/** Why a text is not pasted: a key under `paste` and its facts. */
export interface PasteProblem {
  code: 'notJson' | 'noSteps' | 'wrongStep' | 'tooMany';
  facts: Record<string, string | number>;
}

const MOST_STEPS = 500;
/** A copy lies so far beside what it was copied from that one sees both. */
const ASIDE = 32;

export function toClipboard(graph: Graph, ids: readonly string[], places: Readonly<Record<string, Position>>): string {
  const steps = graph.steps.filter((step) => ids.includes(step.id));
  const notes = (graph.notes ?? []).filter(({ id }) => ids.includes(id));
  const layout = Object.fromEntries(steps.map(({ id }) => [id, places[id] ?? { x: 0, y: 0 }]));
  return JSON.stringify({ pelton: 'steps', steps, layout, ...(notes.length > 0 && { notes }) }, undefined, 2);
}

/** Reads a text that was copied here, elsewhere or by hand. */
export function readClipboard(text: string): CopiedSteps | PasteProblem {
  const json = parse(text);
  if (json === undefined) return { code: 'notJson', facts: {} };
  const wrapped = typeof json === 'object' && json !== null && 'graph' in json ? json.graph : json;
  const { data, error } = CopiedSteps.safeParse(wrapped);
  if (!data) return problemOf(error.issues[0]);
  return data.steps.length + data.notes.length > 0 ? data : { code: 'noSteps', facts: {} };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function problemOf(issue: z.core.$ZodIssue | undefined): PasteProblem {
  const [list, index, ...field] = issue?.path ?? [];
  if ((list !== 'steps' && list !== 'notes') || typeof index !== 'number') return { code: 'noSteps', facts: {} };
  const at = `${list}.${[index, ...field].join('.')}`;
  return { code: 'wrongStep', facts: { at, reason: issue?.message ?? '' } };
}

/**
 * Puts copied steps and notes into a graph, with new ids, the wires between them kept.
 * @param at where the left upper corner of the whole goes; without, a little beside where it was
 * @param keeps whether wires from steps that were not copied are kept, as in a copy beside the old ones
 */
export function pasteSteps(
  graph: Graph,
  copied: CopiedSteps,
  { at, keeps = false }: { at?: Position | undefined; keeps?: boolean } = {},
): { graph: Graph; ids: string[] } | PasteProblem {
  if (graph.steps.length + copied.steps.length > MOST_STEPS) return { code: 'tooMany', facts: { limit: MOST_STEPS } };
  const by = shiftOf(copied, at);
  const moved = ({ x, y }: Position) => ({ x: Math.round(x + by.x), y: Math.round(y + by.y) });
  const ids = newIds(graph, copied.steps);
  const known = new Set(graph.steps.map(({ id }) => id));
  const steps = copied.steps.map((step) => ({
    ...step,
    id: ids.get(step.id) ?? step.id,
    inputs: keptWires(step.inputs, ids, keeps ? known : new Set()),
  }));
  const places = steps.map(({ id }, index) => {
    const place = copied.layout[copied.steps[index]?.id ?? ''] ?? { x: 0, y: index * 120 };
    return [id, moved(place)] as const;
  });
  let next: Graph = {
    ...graph,
    steps: [...graph.steps, ...steps],
    layout: { ...graph.layout, ...Object.fromEntries(places) },
  };
  const noteIds = copied.notes.map((note) => {
    const id = newNoteId(next);
    next = { ...next, notes: [...(next.notes ?? []), { ...note, ...moved(note), id }] };
    return id;
  });
  return { graph: next, ids: [...ids.values(), ...noteIds] };
}

function shiftOf({ layout, notes }: CopiedSteps, at: Position | undefined): Position {
  const all = [...Object.values(layout), ...notes];
  if (!at || all.length === 0) return { x: ASIDE, y: ASIDE };
  return { x: at.x - Math.min(...all.map(({ x }) => x)), y: at.y - Math.min(...all.map(({ y }) => y)) };
}

function newIds(graph: Graph, steps: readonly Step[]): Map<string, string> {
  const ids = new Map<string, string>();
  let taken: Graph = graph;
  for (const step of steps) {
    const id = newStepId(taken, step.uses);
    ids.set(step.id, id);
    taken = { ...taken, steps: [...taken.steps, { ...step, id }] };
  }
  return ids;
}

function keptWires(
  inputs: Record<string, string>,
  ids: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
): Record<string, string> {
  const kept = Object.entries(inputs).flatMap(([port, ref]) => {
    const { step, port: from } = parseRef(ref);
    const id = ids.get(step) ?? (known.has(step) ? step : undefined);
    return id ? [[port, from === undefined ? id : `${id}.${from}`]] : [];
  });
  return Object.fromEntries(kept) as Record<string, string>;
}
