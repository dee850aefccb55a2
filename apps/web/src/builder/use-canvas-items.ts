import { computed } from 'vue';
import { t } from '@/i18n';
import type { CanvasNode } from './canvas/canvas-model';
import type { Builder } from './use-builder';

/** What the canvas and its map draw, made of what the builder knows. */
export function useCanvasItems({ views, places, selected, notes, arrange }: Builder) {
  const placeOf = (id: string) => places.value[id] ?? { x: 0, y: 0 };
  const viewById = computed(() => new Map(views.value.map((view) => [view.id, view])));
  const noteById = computed(() => new Map(notes.notes.value.map((note) => [note.id, note])));
  const boxById = computed(() => new Map(arrange.boxes.value.map((box) => [box.id, box])));

  const nodes = computed<CanvasNode[]>(() =>
    views.value.map(({ id, title, kind, problem, inputs, outputs }) => {
      const name = title === kind ? title : `${title}, ${kind}`;
      return {
        id,
        label: problem ? t('canvas.stepWithProblem', { name, problem }) : name,
        ...placeOf(id),
        inputs: [...inputs],
        outputs: [...outputs],
      };
    }),
  );
  const mapCards = computed(() => {
    const chosen = new Set(selected.value);
    return views.value.map(({ id, layer, run, problem }) => ({
      id,
      layer,
      ...placeOf(id),
      isBad: run?.state === 'failed' || problem !== undefined,
      isChosen: chosen.has(id),
    }));
  });
  return { nodes, mapCards, viewById, noteById, boxById };
}
