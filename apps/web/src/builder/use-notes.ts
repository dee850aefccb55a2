import type { Note, Position } from '@pelton/contract';
import { computed, type Ref, ref } from 'vue';
import { t } from '@/i18n';
import type { CanvasNote } from './canvas/canvas-model';
import { addNote, changeNote } from './graph/notes';
import type { Editing } from './use-draft';

/** Words on the canvas, and which of them somebody writes in. */
export function useNotes(editing: Editing, select: (ids: string[]) => void, mayEdit: Readonly<Ref<boolean>>) {
  const notes = computed<readonly Note[]>(() => editing.graph.value.notes ?? []);
  const written = ref<string>();

  const canvasNotes = computed<CanvasNote[]>(() =>
    notes.value.map(({ id, text, x, y, width, height }) => ({
      id,
      label: t('notes.named', { text: text.trim() || t('notes.empty') }),
      x,
      y,
      width,
      height,
    })),
  );

  function add(at: Position) {
    if (!mayEdit.value) return;
    const added = addNote(editing.graph.value, { x: Math.round(at.x), y: Math.round(at.y) });
    editing.change(added.graph);
    select([added.id]);
    written.value = added.id;
  }

  function change(id: string, changed: Partial<Omit<Note, 'id'>>) {
    editing.change(changeNote(editing.graph.value, id, changed), `note ${id} ${Object.keys(changed).join()}`);
  }

  return { notes, canvasNotes, written, add, change };
}
