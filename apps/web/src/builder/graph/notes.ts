import type { Graph, Note, NoteColour, Position } from '@pelton/contract';

export const NOTE_COLOURS: readonly NoteColour[] = ['plain', 'blue', 'green', 'yellow', 'red'];
const SIZE = { width: 216, height: 96 };

/** Whether an id on the canvas is a note's: a step's has no hyphen. */
export function isNote(id: string): boolean {
  return id.startsWith('note-');
}

/** An empty note; its id is told, so that it can be written in at once. */
export function addNote(graph: Graph, at: Position): { graph: Graph; id: string } {
  const id = newNoteId(graph);
  const note: Note = { id, text: '', ...at, ...SIZE, colour: 'plain' };
  return { graph: { ...graph, notes: [...(graph.notes ?? []), note] }, id };
}

export function changeNote(graph: Graph, id: string, change: Partial<Omit<Note, 'id'>>): Graph {
  return withNotes(
    graph,
    (graph.notes ?? []).map((note) => (note.id === id ? { ...note, ...change } : note)),
  );
}

export function removeNotes(graph: Graph, ids: readonly string[]): Graph {
  const kept = (graph.notes ?? []).filter(({ id }) => !ids.includes(id));
  return kept.length === (graph.notes ?? []).length ? graph : withNotes(graph, kept);
}

export function moveNotes(graph: Graph, places: Readonly<Record<string, Position>>): Graph {
  if (!Object.keys(places).some(isNote)) return graph;
  return withNotes(
    graph,
    (graph.notes ?? []).map((note) => ({ ...note, ...places[note.id] })),
  );
}

export function newNoteId(graph: Graph): string {
  const taken = new Set((graph.notes ?? []).map(({ id }) => id));
  for (let number = 1; ; number++) if (!taken.has(`note-${number}`)) return `note-${number}`;
}

/** A graph without notes does not say so. */
function withNotes({ notes: _old, ...graph }: Graph, notes: Note[]): Graph {
  return notes.length > 0 ? { ...graph, notes } : graph;
}
