import { type Graph, parseRef, type Step } from '@pelton/contract';
import { computed, type Ref, shallowRef } from 'vue';
import type { CanvasWire, PortEnd } from './canvas/canvas-model';
import type { PortLook } from './canvas/port-looks';
import { columnsOfPort, columnsOfRef } from './columns-by-port';
import { writeRef } from './graph/attach-step';
import { addStep, connect, newStepId, type PortRef } from './graph/edit-graph';
import { explainConnection, type Refusal } from './graph/explain-connection';
import { keepSame } from './graph/keep-same';
import { freePlace, placesOf } from './graph/layout';
import { type Wire, wiresOf } from './graph/wires';
import type { StepView } from './step-view';

export interface RefusedWire {
  from: PortRef;
  to: PortRef;
  refusal: Refusal;
}

/** Drawing wires: what fits while one is drawn, and why one was not taken. */
export function useWiring(
  graph: Readonly<Ref<Graph>>,
  views: Readonly<Ref<StepView[]>>,
  selected: Readonly<Ref<string[]>>,
) {
  /** Where the wire that is being drawn began, and the two ports that it would join now. */
  const drawing = shallowRef<PortEnd>();
  const reached = shallowRef<{ from: PortRef; to: PortRef }>();
  const refused = shallowRef<RefusedWire>();
  /** The wire that something dragged would go into. */
  const target = shallowRef<string>();
  const viewById = computed(() => new Map(views.value.map((view) => [view.id, view])));
  const viewOf = (id: string) => viewById.value.get(id);

  const explain = (from: PortRef, to: PortRef) =>
    explainConnection(from, to, {
      graph: graph.value,
      inputsOf: (id) => viewOf(id)?.inputs ?? [],
      columnsOf: (ref) => columnsOfPort(ref, views.value),
      columnsOfRef: (ref) => columnsOfRef(ref, views.value),
    });

  /** Why the wire that is being drawn cannot end where it is held. */
  const reachedRefusal = computed<RefusedWire | undefined>(() => {
    const wire = reached.value;
    const refusal = wire && explain(wire.from, wire.to);
    return wire && refusal && { ...wire, refusal };
  });

  const wires = computed(() => wiresOf(graph.value, (id) => viewOf(id)?.outputs[0]?.name));
  const canvasWires = computed<CanvasWire[]>((before) => {
    const chosen = new Set(selected.value);
    const drawn = wires.value.map((wire): CanvasWire => ({ ...wire, ...lookOf(wire, chosen) }));
    const no = refused.value;
    return keepSame(before, no ? [...drawn, { id: 'refused', from: no.from, to: no.to, look: 'refused' }] : drawn);
  });

  function lookOf(wire: Wire, chosen: ReadonlySet<string>) {
    if (wire.id === target.value) return { look: 'target' as const };
    return chosen.has(wire.from.step) && { look: 'hot' as const };
  }

  const portLooks = computed(() => (ref: PortRef, side: 'in' | 'out'): PortLook => {
    const start = drawing.value;
    if (start && start.side !== side)
      return (side === 'in' ? explain(start.ref, ref) : explain(ref, start.ref)) ? 'no' : 'fits';
    const { to } = refused.value ?? {};
    if (side === 'in' && to?.step === ref.step && to.port === ref.port) return 'refused';
    return selected.value.includes(ref.step) ? 'chosen' : undefined;
  });

  /** A wire names its port only where its source has several, as a person would write it. */
  function drawn(from: PortRef, to: PortRef, on: Graph = graph.value): Graph {
    const hasMany = (viewOf(from.step)?.outputs.length ?? 0) > 1;
    return connect(on, { step: from.step, port: hasMany ? from.port : undefined }, to);
  }
  const refTo = (from: PortRef) => writeRef(from, viewOf(from.step)?.outputs ?? []);

  /** Whether a wire written so may end at a port; asked of neighbours that are to be joined. */
  function fits(ref: string, to: PortRef): boolean {
    const { step, port } = parseRef(ref);
    return !explain({ step, port: port ?? viewOf(step)?.outputs[0]?.name ?? '' }, to);
  }

  function refuse(from: PortRef, to: PortRef) {
    const refusal = explain(from, to);
    refused.value = refusal && { from, to, refusal };
  }

  /** The input of a card that a wire let go over it would go to: the first free one that fits, else the first. */
  function inputFor(from: PortRef, id: string): PortRef | undefined {
    const view = viewOf(id);
    const ports = (view?.inputs ?? []).map(({ name }) => ({ step: id, port: name }));
    const fitting = ports.filter((port) => !explain(from, port));
    return fitting.find(({ port }) => view?.step.inputs[port] === undefined) ?? fitting[0] ?? ports[0];
  }

  /** Puts a step between the two ends of a refused wire that makes the needed column. */
  function mended(uses: 'core/to-users' | 'core/select'): { graph: Graph; id: string } | undefined {
    const no = refused.value;
    if (no?.refusal.kind !== 'columns') return undefined;
    const { wire } = no.refusal;
    const column = wire.found ? wire.column : (wire.closest[0]?.name ?? '');
    const id = newStepId(graph.value, uses);
    const step: Step = {
      id,
      uses,
      with: uses === 'core/to-users' ? { userId: column, updatedAt: '', traits: [] } : conversion(column, wire),
      inputs: {},
    };
    const places = placesOf(graph.value);
    const [above, below] = [places[no.from.step], places[no.to.step]];
    const middle = { x: below?.x ?? 0, y: ((above?.y ?? 0) + (below?.y ?? 0)) / 2 };
    const fed = drawn(no.from, { step: id, port: 'rows' }, addStep(graph.value, step, freePlace(places, middle)));
    return { graph: connect(fed, { step: id, port: undefined }, no.to), id };
  }

  return {
    drawing,
    reached,
    reachedRefusal,
    refused,
    target,
    explain,
    wires,
    canvasWires,
    portLooks,
    drawn,
    refTo,
    fits,
    refuse,
    inputFor,
    mended,
  };
}

function conversion(column: string, { column: as, wanted }: { column: string; wanted: string }): Step['with'] {
  const words: Record<string, string> = { text: 'text', number: 'number', time: 'time', boolean: 'yes or no' };
  return { columns: [{ column, as, convert: words[wanted] ?? 'keep' }], rest: true };
}

export type Wiring = ReturnType<typeof useWiring>;
