import type {
  Column,
  MessageSample,
  OutputPort,
  Phrase,
  Relation,
  Sample,
  Sql,
  StepType,
  Trigger,
} from '@pelton/contract';
import type { z } from 'zod';
import type { DataView } from '../events/data-context.js';
import type { ProjectSql } from '../infra/warehouse.service.js';
import type { RunDefinitions } from './run-definitions.js';

/** What a step knows when it is compiled or checked, before anything runs. */
export interface StepContext<P = unknown> {
  projectId: string;
  project: ProjectSql;
  /** Read by the kind's schema. */
  params: P;
  /** What arrives at each connected port. */
  inputs: Record<string, Relation>;
  timezone: string;
  /** ISO instant that a run looks back from. */
  asOf: string;
  definitions: RunDefinitions;
  /** What starts the pipeline, when something does. */
  trigger?: Trigger | undefined;
}

/** What a step knows when it runs. */
export interface StepRunContext<P = unknown> extends StepContext<P> {
  runId: string;
  stepId: string;
  pipeline: string;
  /** Of the pipeline; a draft has none. */
  version: number | undefined;
  /** A draft run stores nothing and sends nothing. */
  isDraft: boolean;
  /** Whether other steps read what it gives. Then counting it can wait until somebody asks. */
  isReadOn: boolean;
  /** The project's data as this run sees it. */
  view: DataView;
  /** The run that it called and waited for, when it comes to look how that ended. */
  awaited?: string | undefined;
  signal: AbortSignal;
  /**
   * Asked right before something becomes visible to others: throws when this attempt is not the step's any more, because
   * the process was away for longer than its lease or the run was cancelled.
   */
  confirm: () => Promise<void>;
  /** A table of this step run's own; made anew each time the step runs. */
  stage: (name: string) => string;
  /** A table of this step in this run, the same each time the step runs. */
  keep: (name: string) => string;
  /** The first rows of a relation, for people to look at. */
  firstRows: (relation: Sql) => Promise<Pick<Sample, 'columns' | 'rows'>>;
  /** Notes SQL for the step's panel. */
  show: (statement: Sql) => void;
}

/** What a step run gave. */
export interface StepOutcome {
  outputs: Record<string, Relation>;
  /** Of each output; a port that is missing was not counted. */
  rows: Record<string, number>;
  /** First rows of outputs, where the step has looked at them already. */
  samples?: Record<string, Pick<Sample, 'columns' | 'rows'>>;
  /** What the card says instead of a row count. */
  foot?: string;
  /** How many users wait here now. Nothing goes on from the step in this run, not even if nobody waits. */
  waiting?: number;
  /** The run whose end the step waits for; then it is done again. What it gave counts for nothing. */
  awaits?: string;
  /** The first of the messages that a draft run would have sent. */
  messages?: MessageSample[];
  /** Rows that a draft run would have stored. */
  drafted?: { table: 'events' | 'user_traits' | 'item_properties'; rows: Sql };
}

interface CommonKind<P> {
  type: StepType;
  params: z.ZodType<P>;
  /** One line for the card, such as `Quantity > 0`. */
  summary(params: P): Phrase;
  /** Goes on with whoever arrives in a run: from some of its inputs, when nothing comes from the others in that run. */
  takesWhoArrives?: boolean;
}

/** A step that is nothing but a query of its inputs. */
export interface QueryKind<P> extends CommonKind<P> {
  kind: 'query';
  /**
   * Whether its rows are kept in a table of the run. A step that works row by row is read through by those after it; one
   * that is costly, or would not give the same twice, is kept, unless one statement reads it (see readThrough).
   */
  isKept: boolean;
  /** Over nothing but its inputs' columns and rows, so that relations without rows show what columns it gives. */
  compile(context: StepContext<P>): Promise<Sql>;
  /** Its columns, when they are known without asking the warehouse. */
  columns?(context: StepContext<P>): Promise<Column[]>;
  /** Columns whose values have to be computed to know that the step works; none when counting its rows proves it. */
  proves?(params: P): string[];
}

/** A step that does something besides: stores, evaluates, sends. */
export interface ActionKind<P> extends CommonKind<P> {
  kind: 'action';
  /** Whether its input is read in one statement, so that it need not be kept before. */
  readsOnce?: boolean;
  outputs(params: P, definitions: RunDefinitions): OutputPort[];
  /** The columns of each output port. Throws what is wrong with the parameters. */
  columns(context: StepContext<P>): Promise<Record<string, Column[]>>;
  /** The query that makes its rows, for a step that does not act on anything else: it tells what they are made of. */
  rowsQuery?(context: StepContext<P>): Promise<Sql>;
  run(context: StepRunContext<P>): Promise<StepOutcome>;
  /** Its one output, when it is nothing but a query as things are; then those after it can read through it. */
  asQuery?(context: Pick<StepContext<P>, 'projectId' | 'project' | 'params'>): Promise<Relation | undefined>;
  /**
   * For a step at which users wait, how they go on in a run of their own: out of its ports, of which the last is for those
   * who are due and the first for those whose event has happened; or into the step again, which then decides anew.
   */
  release?: 'passes' | 'decides-again';
}

/**
 * How a step treats what it reads and gives.
 * - `flows`: gives a query that costs little to run again
 * - `kept`: gives a query that is dear, or would not give the same twice
 * - `reads-once`: does something with its input, in one statement
 * - `acts`: anything else
 */
export type Reading = 'flows' | 'kept' | 'reads-once' | 'acts';

export type StepKind<P> = QueryKind<P> | ActionKind<P>;

/** A kind whose parameters are read by its own schema wherever it is used, so that kinds of all parameters fit one list. */
// oxlint-disable-next-line typescript/no-explicit-any -- each kind's functions only ever get what its own schema read
export type AnyStepKind = StepKind<any>;
