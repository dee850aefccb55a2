import type { Graph, Step } from '@pelton/contract';
import { computed, type Ref, shallowRef } from 'vue';
import type { PortLook } from './canvas/port-looks';
import { columnsOfPort } from './columns-by-port';
import { addStep, connect, newStepId, type PortRef } from './graph/edit-graph';
import { explainConnection, type Refusal } from './graph/explain-connection';
import { freePlace, placesOf } from './graph/layout';
import { wiresOf } from './graph/wires';
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
  const drawing = shallowRef<PortRef>();
  const refused = shallowRef<RefusedWire>();
  const viewOf = (id: string) => views.value.find((view) => view.id === id);

  const explain = (from: PortRef, to: PortRef) =>
    explainConnection(from, to, {
      graph: graph.value,
      inputsOf: (id) => viewOf(id)?.inputs ?? [],
      columnsOf: (ref) => columnsOfPort(ref, views.value),
    });

  const wires = computed(() => wiresOf(graph.value, (id) => viewOf(id)?.outputs[0]?.name));
  const canvasWires = computed(() => {
    const drawn = wires.value.map((wire) => ({
      ...wire,
      ...(selected.value.includes(wire.from.step) && { look: 'hot' as const }),
    }));
    const no = refused.value;
    return no ? [...drawn, { id: 'refused', from: no.from, to: no.to, look: 'refused' as const }] : drawn;
  });

  const portLooks = computed(() => (ref: PortRef, side: 'in' | 'out'): PortLook => {
    if (drawing.value && side === 'in') return explain(drawing.value, ref) ? 'no' : 'fits';
    const { to } = refused.value ?? {};
    if (side === 'in' && to?.step === ref.step && to.port === ref.port) return 'refused';
    return selected.value.includes(ref.step) ? 'chosen' : undefined;
  });

  /** A wire names its port only where its source has several, as a person would write it. */
  function drawn(from: PortRef, to: PortRef, on: Graph = graph.value): Graph {
    const hasMany = (viewOf(from.step)?.outputs.length ?? 0) > 1;
    return connect(on, { step: from.step, port: hasMany ? from.port : undefined }, to);
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

  return { drawing, refused, explain, wires, canvasWires, portLooks, drawn, refuse, inputFor, mended };
}

function conversion(column: string, { column: as, wanted }: { column: string; wanted: string }): Step['with'] {
  const words: Record<string, string> = { text: 'text', number: 'number', time: 'time', boolean: 'yes or no' };
  return { columns: [{ column, as, convert: words[wanted] ?? 'keep' }], rest: true };
}
