import { useEventListener } from '@vueuse/core';
import { isTyping } from './canvas/use-canvas-keys';

interface Acts {
  undo: () => void;
  redo: () => void;
  find: () => void;
  fit: () => void;
  zoomBy: (factor: number) => void;
  duplicate: () => void;
  selectAll: () => void;
  copy: () => boolean;
  paste: () => void;
  escape: () => void;
  keys: () => void;
  save: () => void;
  run: () => void;
}

/** The keys of the builder; the dialog behind `?` lists them. */
export function useBuilderKeys(acts: Acts): void {
  useEventListener(window, 'keydown', (event: KeyboardEvent) => {
    if (document.querySelector('.el-overlay:not([style*="display: none"])')) return;
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
    '/': acts.find,
    '?': acts.keys,
    f: acts.fit,
    '+': () => acts.zoomBy(1.25),
    '=': () => acts.zoomBy(1.25),
    '-': () => acts.zoomBy(1 / 1.25),
  };
  return plain[key];
}

function findWithControl(key: string, isShift: boolean, isInField: boolean, acts: Acts): (() => unknown) | undefined {
  if (key === 's') return acts.save;
  if (key === 'enter') return acts.run;
  if (isInField || window.getSelection()?.toString()) return undefined;
  const held: Record<string, () => unknown> = {
    z: isShift ? acts.redo : acts.undo,
    y: acts.redo,
    d: acts.duplicate,
    a: acts.selectAll,
    c: acts.copy,
    v: acts.paste,
  };
  return held[key];
}
