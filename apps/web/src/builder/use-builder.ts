import type { Graph, JsonSchema, Pipeline, StepCheck } from '@pelton/contract';
import { computed, ref, watch } from 'vue';
import { useRoute } from 'vue-router';
import { usePins } from '@/api/pins';
import { useMay } from '@/api/session';
import { useStepTypes } from '@/api/steps';
import { countChanges } from './graph/changed-steps';
import {
  disconnect,
  type Failing,
  moveSteps,
  type PortRef,
  removeSteps,
  setFailing,
  setParams,
  setTitle,
} from './graph/edit-graph';
import { placesOf } from './graph/layout';
import { removeNotes } from './graph/notes';
import { removeAndJoin } from './graph/remove-and-join';
import { type Direction, stepInDirection } from './graph/walk';
import { toStepViews } from './step-view';
import { useAdding } from './use-adding';
import { useArrange } from './use-arrange';
import { useCheck } from './use-check';
import { useClipboard } from './use-clipboard';
import { useDraft } from './use-draft';
import { useNotes } from './use-notes';
import { useRunner } from './use-runner';
import { useWaitingByStep } from './use-waiting-by-step';
import { useWiring } from './use-wiring';

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
  const check = useCheck(draft.graph, mayChange, loaded.name);
  const replayCheck = useCheck(
    computed(() => replayed.value?.graph ?? NOTHING),
    mayChange,
  );
  const { data: pins } = usePins(loaded.name);
  const pinned = computed(() => new Map(replayed.value ? [] : (pins.value ?? []).map((pin) => [pin.step, pin])));
  const { data: types } = useStepTypes();

  // A link may name the step to look at.
  const { step } = useRoute().query;
  const selected = ref<string[]>(typeof step === 'string' ? [step] : []);
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
  const waiting = useWaitingByStep(loaded.name, views, () => replayed.value !== undefined);
  const wiring = useWiring(graph, views, selected);
  const chosen = computed(() => {
    const [id] = selected.value;
    return selected.value.length === 1 ? views.value.find((view) => view.id === id) : undefined;
  });
  const changes = computed(() => countChanges(draft.pipeline.value.live?.graph, draft.graph.value));

  /** A past run is looked at, not changed. */
  const change: typeof draft.change = (next, key) => (mayEdit.value ? draft.change(next, key) : undefined);
  const editing = { graph, change };
  const arrange = useArrange(editing, places, selected);
  const notes = useNotes(editing, select, mayEdit);
  const clipboard = useClipboard(editing, { places, selected, types: typeByUses, mayEdit, select });

  watch(graph, ({ steps, notes: noted = [] }) => {
    const known = new Set([...steps, ...noted].map(({ id }) => id));
    if (selected.value.some((id) => !known.has(id))) selected.value = selected.value.filter((id) => known.has(id));
    wiring.refused.value = undefined;
  });

  function select(ids: string[]) {
    selected.value = ids;
    selectedWire.value = undefined;
    wiring.refused.value = undefined;
  }

  /** Another trigger and other settings of runs; what is absent is taken out. */
  function setStart({ trigger, settings }: Pick<Graph, 'trigger' | 'settings'>) {
    const { trigger: _trigger, settings: _settings, ...rest } = graph.value;
    change({ ...rest, ...(trigger && { trigger }), ...(settings && { settings }) });
  }

  const adding = useAdding(editing, { places, views, types: typeByUses, wiring, selected, selectedWire, select });

  /** Goes round the wires of the chosen step. */
  function nextWire() {
    const around = wiring.wires.value.filter(
      ({ from, to }) => selected.value.length === 0 || selected.value.some((id) => id === from.step || id === to.step),
    );
    const at = around.findIndex(({ id }) => id === selectedWire.value);
    selectedWire.value = around[(at + 1) % around.length]?.id;
  }

  /** @param joins whether what stood before is joined with what came after */
  function remove({ joins }: { joins: boolean }) {
    if (selectedWire.value) {
      const wire = wiring.wires.value.find(({ id }) => id === selectedWire.value);
      if (wire) change(disconnect(graph.value, wire.to));
      selectedWire.value = undefined;
    } else if (selected.value.length > 0) {
      const left = joins
        ? removeAndJoin(moveSteps(graph.value, places.value), selected.value, wiring.fits)
        : removeSteps(graph.value, selected.value);
      change(removeNotes(left, selected.value));
    }
  }

  function drawWire(from: PortRef, to: PortRef) {
    if (wiring.explain(from, to)) wiring.refuse(from, to);
    else change(wiring.drawn(from, to));
  }

  /** @param isMore keeps what is chosen, the last of which one walks from */
  function walk(direction: Direction, isMore: boolean): string | undefined {
    const all = Object.fromEntries(arrange.boxes.value.map((box) => [box.id, box]));
    const from = selected.value.at(-1);
    const to = from === undefined ? Object.keys(all)[0] : (stepInDirection(all, from, direction) ?? from);
    if (to === undefined) return undefined;
    select(isMore ? [...selected.value.filter((id) => id !== to), to] : [to]);
    return to;
  }

  /** Acts on a step; on all that are chosen, when it is one of them. */
  function act(name: 'duplicate' | 'copy' | 'delete' | 'bypass', id: string) {
    if (!selected.value.includes(id)) select([id]);
    if (name === 'duplicate' || name === 'copy') clipboard[name]();
    else {
      selectedWire.value = undefined;
      remove({ joins: name === 'bypass' });
    }
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
    waiting,
    selected,
    selectedWire,
    chosen,
    select,
    selectAll: () => select(arrange.boxes.value.map(({ id }) => id)),
    ...adding,
    setStart,
    remove,
    drawWire,
    nextWire,
    walk,
    act,
    mend,
    /** Closes what is in front: why a wire was refused, a past run, the panel. */
    escape: () => {
      if (wiring.refused.value) wiring.refused.value = undefined;
      else if (replayed.value) runner.replay('');
      else select([]);
    },
    arrange,
    notes,
    clipboard,
    typeByUses,
    disconnect: (to: PortRef) => change(disconnect(graph.value, to)),
    setParams: (id: string, params: JsonSchema) => change(setParams(graph.value, id, params), `params ${id}`),
    setFailing: (id: string, failing: Failing) => change(setFailing(graph.value, id, failing), `failing ${id}`),
    setTitle: (id: string, title: string) => change(setTitle(graph.value, id, title)),
  };
}

export type Builder = ReturnType<typeof useBuilder>;
