import type { Graph, JsonSchema, Pipeline, Position, Step, StepCheck } from '@pelton/contract';
import { computed, ref, watch } from 'vue';
import { usePins } from '@/api/pins';
import { useMay } from '@/api/session';
import { useStepTypes } from '@/api/steps';
import { fieldsOf, initialValues } from '@/forms/field';
import { countChanges } from './graph/changed-steps';
import {
  addStep,
  bypassStep,
  connect,
  disconnect,
  duplicateStep,
  moveSteps,
  newStepId,
  type PortRef,
  removeSteps,
  type Failing,
  setFailing,
  setParams,
  setTitle,
} from './graph/edit-graph';
import { freePlace, placeBelow, placesOf, tidyUp } from './graph/layout';
import { type Direction, stepInDirection } from './graph/walk';
import { fromClipboard, toClipboard } from './clipboard';
import { toStepViews } from './step-view';
import { useCheck } from './use-check';
import { useDraft } from './use-draft';
import { useRunner } from './use-runner';
import { useWiring } from './use-wiring';

/** A step that is about to be added. */
export interface NewStep {
  uses: string;
  with?: Record<string, string>;
  title?: string | undefined;
}

const NOTHING: Graph = { steps: [], layout: {} };

/** What is wrong now says nothing of a past run. */
function withoutProblems(checks: ReadonlyMap<string, StepCheck>): Map<string, StepCheck> {
  return new Map([...checks].map(([id, check]) => [id, { ...check, problems: [] }]));
}

/** Everything that the builder knows and can do, apart from how it looks. */
export function useBuilder(loaded: Pipeline) {
  const draft = useDraft(loaded);
  const mayChange = useMay('operator');
  const runner = useRunner(loaded.name);
  const { replayed } = runner;
  /** The draft, or the graph that a past run had while that run is shown again. */
  const graph = computed(() => replayed.value?.graph ?? draft.graph.value);
  const mayEdit = computed(() => mayChange.value && !replayed.value);
  const check = useCheck(draft.graph, mayChange);
  const replayCheck = useCheck(
    computed(() => replayed.value?.graph ?? NOTHING),
    mayChange,
  );
  const { data: pins } = usePins(loaded.name);
  const pinned = computed(() => new Map(replayed.value ? [] : (pins.value ?? []).map((pin) => [pin.step, pin])));
  const { data: types } = useStepTypes();

  const selected = ref<string[]>([]);
  const selectedWire = ref<string>();
  const typeByUses = computed(() => new Map((types.value ?? []).map((type) => [type.uses, type])));
  const places = computed(() => placesOf(graph.value));
  const views = computed(() =>
    toStepViews({
      graph: graph.value,
      types: typeByUses.value,
      checks: replayed.value ? withoutProblems(replayCheck.byStep.value) : check.byStep.value,
      runs: runner.byStep.value,
      runGraph: runner.run.value?.graph,
      live: replayed.value ? null : draft.pipeline.value.live,
    }),
  );
  const wiring = useWiring(graph, views, selected);
  const chosen = computed(() => {
    const [id] = selected.value;
    return selected.value.length === 1 ? views.value.find((view) => view.id === id) : undefined;
  });
  const changes = computed(() => countChanges(draft.pipeline.value.live?.graph, draft.graph.value));

  watch(graph, ({ steps }) => {
    const known = new Set(steps.map((step) => step.id));
    if (selected.value.some((id) => !known.has(id))) selected.value = selected.value.filter((id) => known.has(id));
    wiring.refused.value = undefined;
  });

  /** A past run is looked at, not changed. */
  const change: typeof draft.change = (next, key) => (mayEdit.value ? draft.change(next, key) : undefined);

  function select(ids: string[]) {
    selected.value = ids;
    selectedWire.value = undefined;
    wiring.refused.value = undefined;
  }

  /** Another trigger and other settings of runs; what is absent is taken out. */
  function setStart({ trigger, settings }: Pick<Graph, 'trigger' | 'settings'>) {
    const { trigger: _trigger, settings: _settings, ...rest } = graph.value;
    draft.change({ ...rest, ...(trigger && { trigger }), ...(settings && { settings }) });
  }

  function add(added: NewStep, at?: Position): string {
    const id = newStepId(graph.value, added.uses);
    const type = typeByUses.value.get(added.uses);
    const params = { ...initialValues(fieldsOf(type?.params ?? {})), ...added.with } as JsonSchema; // made from the schema
    const step: Step = { id, uses: added.uses, with: params, inputs: {}, ...(added.title && { title: added.title }) };
    const below = at ? undefined : selected.value[0];
    const place = at ? freePlace(places.value, at) : placeBelow(places.value, below);
    const pinned = moveSteps(graph.value, places.value);
    change(wiredTo(below, addStep(pinned, step, place), id));
    select([id]);
    return id;
  }

  /** A step that is added below the chosen one reads it, when the wire fits. */
  function wiredTo(source: string | undefined, next: Graph, id: string): Graph {
    const view = views.value.find((each) => each.id === source);
    const type = typeByUses.value.get(next.steps.find((step) => step.id === id)?.uses ?? '');
    const [output] = view?.outputs ?? [];
    const [input] = type?.inputs ?? [];
    if (!view || !output || !input || view.outputs.length > 1) return next;
    const columns = view.check?.columns[output.name];
    const fits = input.needs.every((needed) =>
      columns?.some((column) => column.name === needed.name && column.family === needed.family),
    );
    return fits ? connect(next, { step: view.id, port: undefined }, { step: id, port: input.name }) : next;
  }

  function remove() {
    if (selectedWire.value) {
      const wire = wiring.wires.value.find(({ id }) => id === selectedWire.value);
      if (wire) change(disconnect(graph.value, wire.to));
      selectedWire.value = undefined;
    } else if (selected.value.length > 0) change(removeSteps(graph.value, selected.value));
  }

  function drawWire(from: PortRef, to: PortRef) {
    if (wiring.explain(from, to)) wiring.refuse(from, to);
    else change(wiring.drawn(from, to));
  }

  function nudge(by: Position) {
    const moved = selected.value.flatMap((id) => {
      const at = places.value[id];
      return at ? [[id, { x: at.x + by.x, y: at.y + by.y }] as const] : [];
    });
    if (moved.length > 0) change(moveSteps(graph.value, { ...places.value, ...Object.fromEntries(moved) }), 'nudge');
  }

  function walk(direction: Direction): string | undefined {
    const [from] = selected.value.length > 0 ? selected.value : Object.keys(places.value);
    const to = from === undefined ? undefined : (stepInDirection(places.value, from, direction) ?? from);
    if (to !== undefined) select([to]);
    return to;
  }

  function act(name: 'duplicate' | 'delete' | 'bypass', id: string) {
    if (name === 'delete') change(removeSteps(graph.value, [id]));
    else if (name === 'bypass') change(bypassStep(moveSteps(graph.value, places.value), id));
    else {
      const uses = graph.value.steps.find((step) => step.id === id)?.uses ?? '';
      const newId = newStepId(graph.value, uses);
      change(duplicateStep(moveSteps(graph.value, places.value), id, newId));
      select([newId]);
    }
  }

  function paste(text: string): boolean {
    const pasted = fromClipboard(moveSteps(graph.value, places.value), text);
    if (!pasted) return false;
    change(pasted.graph);
    select(pasted.ids);
    return true;
  }

  function mend(uses: 'core/to-users' | 'core/select') {
    const mended = wiring.mended(uses);
    if (!mended) return;
    change(mended.graph);
    select([mended.id]);
  }

  return {
    draft,
    graph,
    check,
    runner,
    types,
    places,
    views,
    wiring,
    changes,
    mayEdit,
    pinned,
    selected,
    selectedWire,
    chosen,
    select,
    add,
    setStart,
    remove,
    drawWire,
    nudge,
    walk,
    act,
    mend,
    paste,
    /** Closes what is in front: why a wire was refused, a past run, the panel. */
    escape: () => {
      if (wiring.refused.value) wiring.refused.value = undefined;
      else if (replayed.value) runner.replay('');
      else select([]);
    },
    copied: () => toClipboard(graph.value, selected.value, places.value),
    tidy: () => change(moveSteps(graph.value, tidyUp(graph.value))),
    move: (moved: Record<string, Position>) => change(moveSteps(graph.value, { ...places.value, ...moved })),
    disconnect: (to: PortRef) => change(disconnect(graph.value, to)),
    setParams: (id: string, params: JsonSchema) => change(setParams(graph.value, id, params), `params ${id}`),
    setFailing: (id: string, failing: Failing) => change(setFailing(graph.value, id, failing), `failing ${id}`),
    setTitle: (id: string, title: string) => change(setTitle(graph.value, id, title)),
  };
}

export type Builder = ReturnType<typeof useBuilder>;
