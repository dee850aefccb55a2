import type { Graph } from '@pelton/contract';
import { expect, test } from 'vitest';
import { addNote, changeNote, moveNotes, removeNotes } from './notes';

const empty: Graph = { steps: [], layout: {} };

test('a note is added, written, coloured, moved and taken away', () => {
  const { graph, id } = addNote(empty, { x: 8, y: 16 });
  expect(id).toBe('note-1');
  expect(addNote(graph, { x: 0, y: 0 }).id).toBe('note-2');
  const written = changeNote(graph, id, { text: 'Ask Jiwoo', colour: 'yellow' });
  const moved = moveNotes(written, { 'note-1': { x: 80, y: 80 } });
  expect(moved.notes).toEqual([
    { id: 'note-1', text: 'Ask Jiwoo', colour: 'yellow', x: 80, y: 80, width: 216, height: 96 },
  ]);
  expect(removeNotes(moved, ['note-1'])).toEqual(empty);
});

test('what moves no note changes nothing', () => {
  expect(moveNotes(empty, { filter: { x: 0, y: 0 } })).toBe(empty);
  expect(removeNotes(empty, ['filter'])).toBe(empty);
});
