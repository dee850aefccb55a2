import { type Graph, parseRef } from '@pelton/contract';

/** The steps that read, over however many others, what `source` gives. */
export function stepsAfter(graph: Graph, source: string): Set<string> {
  const readers = readersOf(graph);
  const after = new Set<string>();
  const waiting = [source];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const reader of readers.get(id) ?? []) {
      if (!after.has(reader)) waiting.push(reader);
      after.add(reader);
    }
  }
  return after;
}

function readersOf({ steps }: Graph): Map<string, string[]> {
  const readers = new Map<string, string[]>(steps.map(({ id }) => [id, []]));
  for (const { id, inputs } of steps)
    for (const ref of Object.values(inputs)) readers.get(parseRef(ref).step)?.push(id);
  return readers;
}
