import { expect, test } from 'vitest';
import { advance, redo, startHistory, undo } from './history';

test('goes back and forth', () => {
  const two = advance(advance(startHistory('a'), 'b', undefined, 0), 'c', undefined, 1);
  expect(undo(two).present).toBe('b');
  expect(undo(undo(two)).present).toBe('a');
  expect(redo(undo(two)).present).toBe('c');
  expect(undo(startHistory('a')).present).toBe('a');
  expect(redo(two).present).toBe('c');
});

test('one burst is undone together', () => {
  let history = startHistory('');
  for (const [index, text] of ['O', 'Or', 'Ord'].entries()) history = advance(history, text, 'title', index * 300);
  expect(undo(history).present).toBe('');
});

test('another field, or a pause, begins another entry', () => {
  const typed = advance(startHistory('a'), 'b', 'title', 0);
  expect(undo(advance(typed, 'c', 'event', 100)).present).toBe('b');
  expect(undo(advance(typed, 'c', 'title', 5_000)).present).toBe('b');
});

test('a change after undo forgets what was undone', () => {
  const changed = advance(undo(advance(startHistory('a'), 'b', undefined, 0)), 'c', undefined, 1);
  expect(redo(changed).present).toBe('c');
});
