import { Injectable } from '@nestjs/common';
import { AppError, isAppError, parseRef, type Relation, type Step } from '@pelton/contract';
import { toReadable } from '@pelton/sdk';
import { QueryColumns } from '../steps/query-columns.service.js';
import type { QueryKind, StepContext } from '../steps/step-kind.js';
import { countRows } from './measure.js';
import { RunContexts, type StepGiven } from './run-contexts.service.js';
import { outputId } from './run-store.service.js';
import type { RunDoc } from './run.schema.js';

/** A step that was read through: its query, for those after it and as a person reads it. */
export interface Passed extends StepGiven {
  sql: string;
}

/** What went wrong is the doing of a step that was read through, not of the one that ran. */
export class BlamedStep extends Error {
  /** @param before those of the steps read through that did their part */
  constructor(
    readonly stepId: string,
    override readonly cause: unknown,
    readonly before: readonly Passed[],
  ) {
    super(`Step ${stepId} is to blame`);
  }
}

/** Compiles the steps that another one reads through. */
@Injectable()
export class PassThrough {
  constructor(
    private readonly contexts: RunContexts,
    private readonly queryColumns: QueryColumns,
  ) {}

  /**
   * The steps between those that ran and this one, each after those that it reads.
   * @throws BlamedStep when one of them cannot be compiled
   */
  async pass(run: RunDoc, step: Step, before: readonly StepGiven[]): Promise<Passed[]> {
    const passed: Passed[] = [];
    for (const through of stepsThrough(run, step, new Set(before.map(({ stepId }) => stepId)))) {
      const known = [...before, ...passed].map(({ stepId }) => stepId);
      const isCut = Object.values(through.inputs).some((ref) => !known.includes(parseRef(ref).step));
      if (isCut) continue; // nothing comes to it in this run, and who reads it goes on without
      try {
        passed.push(await this.compile(run, through, [...before, ...passed]));
      } catch (error) {
        if (isAppError(error) && error.code === 'SERVICE_DOWN') throw error;
        throw new BlamedStep(through.id, error, passed);
      }
    }
    return passed;
  }

  /** The first of the steps that does not work by itself: a statement of many says what went wrong, but not in which. */
  async culprit(run: RunDoc, passed: readonly Passed[], signal: AbortSignal): Promise<BlamedStep | undefined> {
    for (const [index, { stepId, relations }] of passed.entries()) {
      const step = run.graph.steps.find(({ id }) => id === stepId);
      if (!step) continue;
      const { kind, context } = await this.contexts.of(run, step, passed.slice(0, index));
      const proves = kind.kind === 'query' ? (kind.proves?.(context.params as never) ?? []) : []; // read by the kind's own schema
      try {
        for (const { sql } of Object.values(relations)) await countRows(context.project, sql, { proves, signal });
      } catch (error) {
        return new BlamedStep(stepId, error, passed.slice(0, index));
      }
    }
    return undefined;
  }

  private async compile(run: RunDoc, step: Step, before: readonly StepGiven[]): Promise<Passed> {
    const { kind, context } = await this.contexts.of(run, step, before);
    const relation = kind.kind === 'query' ? await this.query(kind, context) : await kind.asQuery?.(context);
    if (!relation) throw new AppError('SOURCE_OUT_OF_REACH', { step: step.title ?? kind.type.title });
    const port = kind.type.outputs?.[0]?.name ?? 'rows';
    return {
      _id: outputId(run._id, { id: step.id, attempt: 0 }),
      runId: run._id,
      stepId: step.id,
      relations: { [port]: relation },
      sql: toReadable(relation.sql),
    };
  }

  private async query(kind: QueryKind<unknown>, context: StepContext): Promise<Relation> {
    const [sql, columns] = await Promise.all([kind.compile(context), this.queryColumns.of(kind, context)]);
    return { sql, columns };
  }
}

function stepsThrough(run: RunDoc, step: Step, known: ReadonlySet<string>): Step[] {
  const found = new Map<string, Step>();
  const visit = ({ inputs }: Step) => {
    for (const ref of Object.values(inputs)) {
      const { step: id } = parseRef(ref);
      const isThrough = run.steps.some((other) => other.id === id && other.readThrough);
      const before = run.graph.steps.find((other) => other.id === id);
      if (!isThrough || !before || known.has(id) || found.has(id)) continue;
      visit(before);
      found.set(id, before);
    }
  };
  visit(step);
  return [...found.values()];
}
