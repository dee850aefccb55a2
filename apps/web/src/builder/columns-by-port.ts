import { type Column, parseRef, type Run } from '@pelton/contract';
import type { RowSource } from '@/forms/form-context';
import type { PortRef } from './graph/edit-graph';
import type { StepView } from './step-view';

/** The columns that arrive at each input port of a step, as far as the last check knows them. */
export function columnsByPort(view: StepView, views: readonly StepView[]): Record<string, readonly Column[]> {
  const arrived = view.inputs.map(({ name }) => {
    const ref = view.step.inputs[name];
    return [name, ref === undefined ? [] : (columnsOfRef(ref, views) ?? [])] as const;
  });
  return Object.fromEntries(arrived);
}

/** The columns that a wire written so brings. */
export function columnsOfRef(ref: string, views: readonly StepView[]): readonly Column[] | undefined {
  const { step, port } = parseRef(ref);
  const source = views.find(({ id }) => id === step);
  return columnsOfPort({ step, port: port ?? source?.outputs[0]?.name ?? '' }, views);
}

/** The columns of an output port; undefined while something before it is unknown. */
export function columnsOfPort({ step, port }: PortRef, views: readonly StepView[]): readonly Column[] | undefined {
  return views.find(({ id }) => id === step)?.check?.columns[port];
}

/** Where the rows of each input port of a step last came from, as far as a run gave them. */
export function sourcesByPort(
  view: StepView,
  views: readonly StepView[],
  run: Run | undefined,
): Record<string, RowSource> {
  const found = Object.entries(view.step.inputs).flatMap(([name, ref]) => {
    const { step, port } = parseRef(ref);
    const source = views.find(({ id }) => id === step);
    if (!run || source?.run?.state !== 'done') return [];
    return [[name, { run: run.id, step, port: port ?? source.outputs[0]?.name ?? 'rows' }] as const];
  });
  return Object.fromEntries(found);
}
