import type { Graph, JsonSchema, Position, Step, StepType } from '@pelton/contract';
import type { Ref } from 'vue';
import { fieldsOf, initialValues } from '@/forms/field';
import type { CanvasPort } from './canvas/canvas-model';
import { columnsOfPort } from './columns-by-port';
import { type Attachment, attachStep, canAttach, sourceOf } from './graph/attach-step';
import { addStep, moveSteps, newStepId } from './graph/edit-graph';
import { freePlace, placeBelow } from './graph/layout';
import type { StepView } from './step-view';
import type { Editing } from './use-draft';
import type { Wiring } from './use-wiring';

/** A step that is about to be added. */
export interface NewStep {
  uses: string;
  with?: Record<string, string>;
  title?: string | undefined;
}

interface Around {
  places: Readonly<Ref<Record<string, Position>>>;
  views: Readonly<Ref<StepView[]>>;
  types: Readonly<Ref<ReadonlyMap<string, StepType>>>;
  wiring: Wiring;
  selected: Readonly<Ref<string[]>>;
  selectedWire: Readonly<Ref<string | undefined>>;
  select: (ids: string[]) => void;
}

/** Putting steps on the canvas, joined to what is there. */
export function useAdding(editing: Editing, { places, views, types, wiring, selected, selectedWire, select }: Around) {
  const { graph } = editing;

  /** @param attachment where it is joined; without, in the chosen wire, or below the chosen step when that fits */
  function add(added: NewStep, at?: Position, attachment = at ? undefined : attachmentOfChosen(added.uses)): string {
    const id = newStepId(graph.value, added.uses);
    const params = { ...initialValues(fieldsOf(types.value.get(added.uses)?.params ?? {})), ...added.with };
    const step: Step = {
      id,
      uses: added.uses,
      with: params as JsonSchema, // made from the schema
      inputs: {},
      ...(added.title && { title: added.title }),
    };
    const below = attachment ? sourceOf(attachment)?.step : selected.value[0];
    const place = at ? freePlace(places.value, at) : placeBelow(places.value, below);
    const grown = addStep(moveSteps(graph.value, places.value), step, place);
    editing.change(attachment ? attached(attachment, grown, step) : grown);
    select([id]);
    return id;
  }

  function attached(attachment: Attachment, next: Graph, { id, uses }: Step): Graph {
    const ports = { id, ...portsOf(uses) };
    return attachStep(next, ports, attachment, { refTo: wiring.refTo, columns: columnsAt(attachment) });
  }

  const columnsAt = (attachment: Attachment) => {
    const from = sourceOf(attachment);
    return from && columnsOfPort(from, views.value);
  };

  function portsOf(uses: string) {
    const type = types.value.get(uses);
    return { inputs: type?.inputs ?? [], outputs: type?.outputs };
  }

  /** The wire that is chosen, else what comes out of the chosen step. */
  function chosenPlace(): Attachment | undefined {
    const wire = attachmentOn(selectedWire.value);
    if (wire) return wire;
    const view = views.value.find(({ id }) => id === selected.value[0]);
    const output = view && freeOutput(view);
    return output && { kind: 'after', from: { step: view.id, port: output.name } };
  }

  /** The first output that nothing reads yet; when all are read, the first. */
  function freeOutput({ id, outputs }: StepView): CanvasPort | undefined {
    const isRead = (port: string) => wiring.wires.value.some(({ from }) => from.step === id && from.port === port);
    return outputs.find(({ name }) => !isRead(name)) ?? outputs[0];
  }

  function attachmentOfChosen(uses: string): Attachment | undefined {
    const place = chosenPlace();
    // Nobody drew the wire after a step, so it is there only when it is sure to fit.
    const isSure = place?.kind === 'on' || (place && canAttach(portsOf(uses), place, columnsAt(place) ?? []));
    return isSure ? place : undefined;
  }

  const wireOf = (id: string | undefined) => wiring.wires.value.find((wire) => wire.id === id);

  /** Where a step that is dropped on a wire would be joined. */
  function attachmentOn(wireId: string | undefined): Attachment | undefined {
    const wire = wireOf(wireId);
    return wire && { kind: 'on', wire };
  }

  /** Whether nothing is joined to a step. */
  const isLoose = (id: string) => !wiring.wires.value.some(({ from, to }) => from.step === id || to.step === id);

  /** A step that nothing is joined to goes into the wire that it was dragged onto. */
  function dropOnWire(id: string, wireId: string) {
    const attachment = attachmentOn(wireId);
    const step = graph.value.steps.find((each) => each.id === id);
    if (attachment && step && isLoose(id)) editing.change(attached(attachment, graph.value, step));
  }

  /** Whether a kind of step can be joined there. */
  const fitsAt = (uses: string, attachment: Attachment) => canAttach(portsOf(uses), attachment, columnsAt(attachment));

  return { add, attachmentOn, chosenPlace, isLoose, dropOnWire, fitsAt };
}
