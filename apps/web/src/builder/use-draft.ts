import type { Graph, Pipeline } from '@pelton/contract';
import { useDebounceFn, useEventListener } from '@vueuse/core';
import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { ApiError } from '@/api/error';
import { keepPipeline, loadPipeline, saveDraft } from '@/api/pipelines';
import { stable } from './graph/changed-steps';
import { advance, type History, redo, startHistory, undo } from './graph/history';

const SAVE_AFTER_MS = 1_000;

export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed' | 'stale';

/** The draft that is being edited: its versions, and saving it by itself. Nothing that was done here is ever thrown away. */
export function useDraft(loaded: Pipeline) {
  const pipeline = shallowRef(loaded);
  const history = shallowRef<History<Graph>>(startHistory(loaded.draft));
  const title = ref(loaded.title);
  const state = ref<SaveState>('saved');
  const savedAt = ref<string>(loaded.updatedAt);
  const error = shallowRef<unknown>();
  const staleBy = ref('');
  let saving: Promise<void> | undefined;
  let isDisposed = false;

  const graph = computed(() => history.value.present);
  const isSaved = () => stable(graph.value) === stable(pipeline.value.draft) && title.value === pipeline.value.title;
  const saveLater = useDebounceFn(() => (isDisposed ? undefined : save().catch(() => undefined)), SAVE_AFTER_MS);

  function touched() {
    if (state.value === 'stale') return;
    state.value = 'waiting';
    void saveLater();
  }

  function change(next: Graph, key?: string) {
    if (next === graph.value) return;
    history.value = advance(history.value, next, key, Date.now());
    touched();
  }

  function go(step: typeof undo) {
    const next = step(history.value);
    if (next.present === history.value.present) return;
    history.value = next;
    touched();
  }

  function rename(next: string) {
    if (next.trim() === '' || next === title.value) return;
    title.value = next.trim();
    touched();
  }

  /** Saves what is not saved yet and resolves when all of it is. @throws what the server said */
  async function save(): Promise<void> {
    while (saving || !isSaved()) {
      if (state.value === 'stale') throw error.value;
      saving ??= send().finally(() => (saving = undefined));
      // One after another, whoever asks: each save carries the revision that the one before gave.
      // oxlint-disable-next-line no-await-in-loop
      await saving;
    }
    if (state.value !== 'stale') state.value = 'saved';
  }

  async function send(): Promise<void> {
    const { name, revision } = pipeline.value;
    state.value = 'saving';
    try {
      keep(await saveDraft(name, { revision, title: title.value, graph: graph.value }));
      error.value = undefined;
    } catch (cause) {
      error.value = cause;
      const isStale = cause instanceof ApiError && cause.code === 'STALE_REVISION';
      staleBy.value = isStale ? String(cause.facts['by']) : '';
      state.value = isStale ? 'stale' : 'failed';
      throw cause;
    }
  }

  function keep(next: Pipeline) {
    pipeline.value = next;
    savedAt.value = new Date().toISOString();
    keepPipeline(next);
  }

  /** Takes the draft that somebody else saved; ours is one undo away. */
  async function takeTheirs(): Promise<void> {
    const theirs = await loadPipeline(pipeline.value.name);
    pipeline.value = theirs;
    title.value = theirs.title;
    history.value = advance(history.value, theirs.draft, undefined, Date.now());
    [state.value, error.value] = ['saved', undefined];
  }

  /** Saves ours over the draft that somebody else saved; theirs is one undo away. */
  async function keepOurs(): Promise<void> {
    const theirs = await loadPipeline(pipeline.value.name);
    const ours = graph.value;
    pipeline.value = theirs;
    for (const next of [theirs.draft, ours]) history.value = advance(history.value, next, undefined, Date.now());
    state.value = 'waiting';
    await save();
  }

  /** A newer version that arrived by itself is shown when nothing of ours waits to be saved. */
  function adopt(next: Pipeline) {
    // A trigger is switched without a new revision.
    if (next.revision === pipeline.value.revision) pipeline.value = { ...pipeline.value, trigger: next.trigger };
    if (next.revision <= pipeline.value.revision || state.value !== 'saved') return;
    pipeline.value = next;
    title.value = next.title;
    if (stable(next.draft) !== stable(graph.value))
      history.value = advance(history.value, next.draft, undefined, Date.now());
  }

  useEventListener(window, 'beforeunload', (event) => {
    if (state.value !== 'saved') event.preventDefault();
  });
  onScopeDispose(() => {
    isDisposed = true;
    if (state.value === 'waiting') save().catch(() => undefined);
  });

  return {
    pipeline,
    graph,
    title,
    state,
    savedAt,
    error,
    staleBy,
    canUndo: computed(() => history.value.past.length > 0),
    canRedo: computed(() => history.value.future.length > 0),
    change,
    rename,
    undo: () => go(undo),
    redo: () => go(redo),
    save,
    keep,
    adopt,
    takeTheirs,
    keepOurs,
  };
}

export type Draft = ReturnType<typeof useDraft>;
/** The graph on the canvas, and the one way to change it. */
export type Editing = Pick<Draft, 'graph' | 'change'>;
