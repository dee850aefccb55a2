import { computed } from 'vue';
import { t } from '@/i18n';
import type { CanvasNode, CanvasPort } from './canvas/canvas-model';
import { keepSame } from './graph/keep-same';
import type { StepView } from './step-view';
import type { Builder } from './use-builder';

/** What the canvas and its map draw, made of what the builder knows. */
export function useCanvasItems({ views, places, selected, notes, arrange }: Builder) {
  const placeOf = (id: string) => places.value[id] ?? { x: 0, y: 0 };
  const viewById = computed(() => new Map(views.value.map((view) => [view.id, view])));
  const noteById = computed(() => new Map(notes.notes.value.map((note) => [note.id, note])));
  const boxById = computed(() => new Map(arrange.boxes.value.map((box) => [box.id, box])));

  const toNode = ({ id, title, kind, problem, inputs, outputs }: StepView): CanvasNode => {
    const name = title === kind ? title : `${title}, ${kind}`;
    return {
      id,
      label: problem ? t('canvas.stepWithProblem', { name, problem }) : name,
      ...placeOf(id),
      inputs: inputs.map(toPort),
      outputs: outputs.map(toPort),
    };
  };
  // Each new list costs Vue Flow a look at all of it.
  const nodes = computed<CanvasNode[]>((before) => keepSame(before, views.value.map(toNode)));
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

const toPort = ({ name, title }: CanvasPort): CanvasPort => ({ name, title });
