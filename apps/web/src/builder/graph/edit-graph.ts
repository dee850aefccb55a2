import { formatRef, type Graph, type JsonSchema, parseRef, type Position, type Step } from '@pelton/contract';

/** Where a wire starts or ends. */
export interface PortRef {
  step: string;
  port: string;
}

/** Changes of a graph. Each gives a new one and leaves the old as it was, which is what undo keeps. */
export function addStep(graph: Graph, step: Step, at: Position): Graph {
  return { ...graph, steps: [...graph.steps, step], layout: { ...graph.layout, [step.id]: at } };
}

/** Takes steps out, with the wires that began at them. */
export function removeSteps(graph: Graph, ids: readonly string[]): Graph {
  const gone = new Set(ids);
  const steps = graph.steps.filter((step) => !gone.has(step.id)).map((step) => withoutWiresFrom(step, gone));
  const layout = Object.fromEntries(Object.entries(graph.layout).filter(([id]) => !gone.has(id)));
  return { ...graph, steps, layout };
}

function withoutWiresFrom(step: Step, gone: ReadonlySet<string>): Step {
  const kept = Object.entries(step.inputs).filter(([, ref]) => !gone.has(parseRef(ref).step));
  return kept.length === Object.keys(step.inputs).length ? step : { ...step, inputs: Object.fromEntries(kept) };
}

/** Draws a wire; one that ended at the same port before is replaced. @param from without a port: the step's only one */
export function connect(graph: Graph, from: { step: string; port: string | undefined }, to: PortRef): Graph {
  return changeStep(graph, to.step, (step) => ({
    ...step,
    inputs: { ...step.inputs, [to.port]: formatRef(from.step, from.port) },
  }));
}

export function disconnect(graph: Graph, to: PortRef): Graph {
  return changeStep(graph, to.step, (step) => {
    const { [to.port]: _gone, ...inputs } = step.inputs;
    return { ...step, inputs };
  });
}

export function setParams(graph: Graph, id: string, params: JsonSchema): Graph {
  return changeStep(graph, id, (step) => ({ ...step, with: params }));
}

/** What becomes of a step that fails. A value that is absent is taken out, so that the step says only what is its own. */
export type Failing = Pick<Step, 'retry' | 'timeout' | 'onError'>;

export function setFailing(graph: Graph, id: string, { retry, timeout, onError }: Failing): Graph {
  return changeStep(graph, id, ({ retry: _retry, timeout: _timeout, onError: _onError, ...step }) => ({
    ...step,
    ...(retry && { retry }),
    ...(timeout && { timeout }),
    ...(onError && onError !== 'stop' && { onError }),
  }));
}

/** An empty title gives the step the name of its kind again. */
export function setTitle(graph: Graph, id: string, title: string): Graph {
  return changeStep(graph, id, ({ title: _old, ...step }) => (title.trim() ? { ...step, title: title.trim() } : step));
}

export function moveSteps(graph: Graph, positions: Record<string, Position>): Graph {
  return { ...graph, layout: { ...graph.layout, ...positions } };
}

function changeStep(graph: Graph, id: string, change: (step: Step) => Step): Graph {
  return { ...graph, steps: graph.steps.map((step) => (step.id === id ? change(step) : step)) };
}

/** An id that no step has: `filter`, then `filter_2`; from the kind's own name, so that pipelines as code read well. */
export function newStepId(graph: Graph, uses: string): string {
  const [plugin = 'step', kind = plugin] = uses.split('/');
  const base = (kind === 'read' ? plugin : kind).toLowerCase().replace(/[^a-z0-9]+/g, '_');
  const stem = /^[a-z]/.test(base) ? base.slice(0, 40) : `step_${base.slice(0, 34)}`;
  const taken = new Set(graph.steps.map((step) => step.id));
  if (!taken.has(stem)) return stem;
  for (let number = 2; ; number++) {
    if (!taken.has(`${stem}_${number}`)) return `${stem}_${number}`;
  }
}
