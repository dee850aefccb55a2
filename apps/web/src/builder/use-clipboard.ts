import type { Position, StepType } from '@pelton/contract';
import { useEventListener } from '@vueuse/core';
import { type Ref, shallowRef } from 'vue';
import { t } from '@/i18n';
import { keyNames } from '@/ui/key-names';
import { toast } from '@/ui/toast';
import { isDialogOpen, isTyping } from './canvas/use-canvas-keys';
import { pasteSteps, type PasteProblem, readClipboard, toClipboard } from './clipboard';
import { moveSteps, removeSteps } from './graph/edit-graph';
import { removeNotes } from './graph/notes';
import type { Editing } from './use-draft';

interface Around {
  places: Readonly<Ref<Record<string, Position>>>;
  selected: Readonly<Ref<string[]>>;
  types: Readonly<Ref<ReadonlyMap<string, StepType>>>;
  mayEdit: Readonly<Ref<boolean>>;
  select: (ids: string[]) => void;
}

/**
 * Copy, cut, paste and duplicate. They follow the browser's own events, so that nobody is asked for the right to read the
 * clipboard, and a menu or another key that copies works as well.
 */
export function useClipboard(editing: Editing, { places, selected, types, mayEdit, select }: Around) {
  /** Where what is pasted goes; the canvas says where the pointer is, or its middle. */
  const placeToPaste = shallowRef<() => Position | undefined>(() => undefined);
  const pinned = () => moveSteps(editing.graph.value, places.value);
  const copied = () => toClipboard(editing.graph.value, selected.value, places.value);

  function paste(text: string) {
    const read = readClipboard(text);
    if ('code' in read) return say(read);
    const pasted = pasteSteps(pinned(), read, { at: placeToPaste.value() });
    if ('code' in pasted) return say(pasted);
    editing.change(pasted.graph);
    select(pasted.ids);
    const unknown = [...new Set(read.steps.map(({ uses }) => uses))].filter((uses) => !types.value.has(uses));
    if (unknown.length > 0) toast(t('paste.unknownKinds', { kinds: unknown.join(', ') }));
  }

  function duplicate() {
    const read = readClipboard(copied());
    if ('code' in read) return;
    const doubled = pasteSteps(pinned(), read, { keeps: true });
    if ('code' in doubled) return say(doubled);
    editing.change(doubled.graph);
    select(doubled.ids);
  }

  function take(event: ClipboardEvent): boolean {
    if (!isOurs(event) || selected.value.length === 0) return false;
    event.preventDefault();
    event.clipboardData?.setData('text/plain', copied());
    return true;
  }

  useEventListener(document, 'copy', (event: ClipboardEvent) => {
    if (take(event)) toast(t('builder.copied', { count: selected.value.length }, selected.value.length));
  });
  useEventListener(document, 'cut', (event: ClipboardEvent) => {
    if (!mayEdit.value || !take(event)) return;
    editing.change(removeNotes(removeSteps(editing.graph.value, selected.value), selected.value));
  });
  useEventListener(document, 'paste', (event: ClipboardEvent) => {
    if (!mayEdit.value || !isOurs(event)) return;
    event.preventDefault();
    paste(event.clipboardData?.getData('text/plain') ?? '');
  });

  /** From a menu, which the browser gives the clipboard only when it is allowed to, and never without HTTPS. */
  async function pasteFromMenu() {
    const text = await navigator.clipboard?.readText().catch(() => undefined);
    if (text === undefined) toast(t('paste.byKey', { key: keyNames('Ctrl V') }));
    else paste(text);
  }

  return {
    duplicate,
    pasteFromMenu,
    /** As the key does it; what stands behind `navigator.clipboard` is not there without HTTPS. */
    copy: () => document.execCommand('copy'),
    placeToPaste,
  };
}

/** Not what is meant for a field, a dialog, or text that somebody has marked. */
function isOurs(event: ClipboardEvent): boolean {
  return !isTyping(event.target) && !window.getSelection()?.toString() && !isDialogOpen();
}

function say({ code, facts }: PasteProblem): void {
  toast(t(`paste.${code}`, facts));
}
