import {
  ERROR_PORT,
  fieldTitle,
  type GraphCheck,
  type Graph,
  type InputPort,
  type Layer,
  type OutputPort,
  type Pipeline,
  type Step,
  type StepCheck,
  type StepProblem,
  type StepRun,
  type StepType,
} from '@pelton/contract';
import { fieldsOf } from '@/forms/field';
import { findProblems } from '@/forms/find-problems';
import { problemText, reasonOf } from '@/forms/problem-text';
import { t } from '@/i18n';
import { serverPhrase, serverText } from '@/i18n/server-text';
import { changedSteps, stable } from './graph/changed-steps';
import { withoutTitle } from './without-title';

/** All that a card, the list on a phone and the panel show of one step. */
export interface StepView {
  id: string;
  step: Step;
  type: StepType | undefined;
  layer: Layer;
  icon: string;
  title: string;
  /** What kind of step it is: `To events`. */
  kind: string;
  /** One line under the title. */
  summary: string;
  /** Differs from the live version. */
  isChanged: boolean;
  problems: StepProblem[];
  /** The first problem, in words that need no field beside them. */
  problem: string | undefined;
  inputs: readonly InputPort[];
  outputs: readonly OutputPort[];
  check: StepCheck | undefined;
  run: StepRun | undefined;
  /** The step was changed after the run that its numbers come from. */
  isOlderRun: boolean;
}

interface Sources {
  graph: Graph;
  types: ReadonlyMap<string, StepType>;
  checks: ReadonlyMap<string, GraphCheck['steps'][number]>;
  runs: ReadonlyMap<string, StepRun>;
  runGraph: Graph | undefined;
  live: Pipeline['live'];
}

export function toStepViews({ graph, types, checks, runs, runGraph, live }: Sources): StepView[] {
  const changed = live ? changedSteps(live.graph, graph) : new Set<string>();
  const ran = new Map((runGraph?.steps ?? []).map((step) => [step.id, stable(step)]));
  return graph.steps.map((step) => {
    const type = types.get(step.uses);
    const check = checks.get(step.id);
    const run = runs.get(step.id);
    const kind = type ? serverText(type.title) : step.uses;
    const title = step.title ?? kind;
    return {
      id: step.id,
      step,
      type,
      layer: type?.layer ?? 'shape',
      icon: type?.icon ?? 'puzzle',
      title,
      kind,
      summary: summaryOf(withoutTitle(check ? serverPhrase(check.summary) : '', step, title), kind, type, title),
      isChanged: changed.has(step.id),
      problems: check?.problems ?? [],
      problem: firstProblem(check, type, step),
      inputs: (type?.inputs ?? []).map(titled),
      outputs: outputsOf(check, type, run),
      check,
      run,
      isOlderRun: run !== undefined && ran.get(step.id) !== stable(step),
    };
  });
}

/** Kinds whose ports are called as somebody called a branch, a variation or an end of a pipeline. */
const NAMED_BY_PEOPLE = new Set(['core/branch', 'core/experiment', 'core/pipeline']);

const titled = <P extends { title: string }>(port: P): P => ({ ...port, title: serverText(port.title) });

/** Ports that depend on parameters are told by a check; without one, by what a run gave. */
function outputsOf(
  check: StepCheck | undefined,
  type: StepType | undefined,
  run: StepRun | undefined,
): readonly OutputPort[] {
  if (check?.outputs.length)
    return check.outputs.map((port) =>
      NAMED_BY_PEOPLE.has(type?.uses ?? '') && port.name !== ERROR_PORT ? port : titled(port),
    );
  return type?.outputs?.map(titled) ?? Object.keys(run?.rows ?? {}).map((name) => ({ name, title: name }));
}

/** `Kind · what`; a step that bears the name of its kind, and a transform, whose icon says it, need not repeat it. */
function summaryOf(said: string, kind: string, type: StepType | undefined, title: string): string {
  if (said === '') return type && title === kind ? serverText(type.description) : kind;
  const isTold = title === kind || type?.layer === 'shape' || said.startsWith(`${kind} ·`);
  return isTold ? said : `${kind} · ${said}`;
}

/** Which field or input is wrong and why: what the form would say, where it can say it; else the server's words. */
function firstProblem(check: StepCheck | undefined, type: StepType | undefined, step: Step): string | undefined {
  const [first] = check?.problems ?? [];
  if (!first) return undefined;
  if (first.code === 'INPUT_MISSING' && first.port !== undefined)
    return t('problems.input', { port: portTitle(type, first.port) });
  const form = type?.params ?? {};
  const local = findProblems(fieldsOf(form), step.with).find(({ field }) => field === first.field);
  const reason = local ? problemText(local) : reasonOf(first);
  const title = first.field === undefined ? undefined : fieldTitle(form, first.field, serverText);
  if (title === undefined) return local ? reason : first.message;
  // Some reasons name their field themselves.
  return reason.includes(title) ? reason : t('problems.field', { field: title, reason });
}

function portTitle(type: StepType | undefined, name: string): string {
  return serverText(type?.inputs.find((port) => port.name === name)?.title ?? name);
}
