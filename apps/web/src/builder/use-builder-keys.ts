import { useEventListener } from '@vueuse/core';
import { isDialogOpen, isTyping } from './canvas/use-canvas-keys';

interface Acts {
  undo: () => void;
  redo: () => void;
  palette: () => void;
  quickAdd: () => void;
  find: () => void;
  note: () => void;
  tidy: () => void;
  nextWire: () => void;
  nextProblem: () => void;
  fit: () => void;
  zoomStep: (direction: 'in' | 'out') => void;
  zoomReset: () => void;
  duplicate: () => void;
  selectAll: () => void;
  escape: () => void;
  keys: () => void;
  save: () => void;
  run: () => void;
}

/** The keys of the builder; the dialog behind `?` lists them. Copy, cut and paste are the browser's own. */
export function useBuilderKeys(acts: Acts): void {
  useEventListener(window, 'keydown', (event: KeyboardEvent) => {
    if (isDialogOpen()) return;
    const act = find(event, acts);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function find(event: KeyboardEvent, acts: Acts): (() => unknown) | undefined {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return findWithControl(key, event.shiftKey, isTyping(event.target), acts);
  if (key === 'escape') return acts.escape;
  if (event.altKey && event.code === 'KeyR') return acts.run;
  if (isTyping(event.target) || event.altKey) return undefined;
  const plain: Record<string, () => void> = {
    '/': acts.palette,
    '?': acts.keys,
    f: acts.fit,
    n: acts.note,
    t: acts.tidy,
    w: acts.nextWire,
    p: acts.nextProblem,
    '0': acts.zoomReset,
    '+': () => acts.zoomStep('in'),
    '=': () => acts.zoomStep('in'),
    '-': () => acts.zoomStep('out'),
  };
  return plain[key];
}

function findWithControl(key: string, isShift: boolean, isInField: boolean, acts: Acts): (() => unknown) | undefined {
  const anywhere: Record<string, () => unknown> = {
    s: acts.save,
    enter: acts.run,
    k: acts.quickAdd,
    f: acts.find,
  };
  if (anywhere[key]) return anywhere[key];
  if (isInField || window.getSelection()?.toString()) return undefined;
  const held: Record<string, () => unknown> = {
    z: isShift ? acts.redo : acts.undo,
    y: acts.redo,
    d: acts.duplicate,
    a: acts.selectAll,
  };
  return held[key];
}
