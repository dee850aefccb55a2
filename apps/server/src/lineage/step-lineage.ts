import { type Column, parseRef, type Step, type Trigger } from '@pelton/contract';
import type { LineageDraft } from './lineage-draft.js';
import { TRIGGER_STEP } from '../steps/trigger.step.js';
import { storedColumns } from './stored-columns.js';
import { type StoredRead, storedReads } from './stored-part.js';
import type { LeafColumn } from './trace-columns.js';
import type { QueryTrace } from './trace-query.js';

/** A step with what is known of it without running it. */
export interface KnownStep {
  pipeline: string;
  /** The pipeline's title. */
  within: string;
  step: Step;
  title: string;
  /** Of all of its output ports. */
  columns: readonly string[];
  /** What arrives, by port. */
  inputs: Readonly<Record<string, readonly Column[]>>;
  /** Columns that a port asks for, by port; a step that is no query looks at no others there. */
  needs: Readonly<Record<string, readonly string[]>>;
  /** For a step whose rows are made by a query. */
  trace: QueryTrace | undefined;
  /** Names of datasets by those of their tables. */
  datasets: ReadonlyMap<string, string>;
  /** The pipeline that it calls: which steps there take its rows, and which give those that it gives. */
  calls: { pipeline: string; takes: readonly string[]; gives: readonly string[] } | undefined;
  /** What starts the pipeline's runs by itself. */
  trigger?: Trigger | undefined;
}

/** Adds a step: what it reads of other steps and of the project, and what it feeds. */
export function addStep(draft: LineageDraft, known: KnownStep): void {
  const { pipeline, within, step, title } = known;
  const stored = storedColumns(known);
  const columns = stored?.columns.map(({ to }) => to) ?? known.columns;
  const id = draft.node('step', `${pipeline}/${step.id}`, { title, within, columns });
  for (const [port, ref] of Object.entries(step.inputs)) {
    const from = draft.node('step', `${pipeline}/${parseRef(ref).step}`);
    if (stored) draft.edge(from, id, stored.columns, stored.rows);
    else addWire(draft, { from, id, port }, known);
  }
  addSources(draft, id, known);
  addDatasets(draft, id, known);
  addStored(draft, id, known);
  addCall(draft, id, known);
  addTargets(draft, id, known, columns);
}

function addWire(
  draft: LineageDraft,
  { from, id, port }: { from: string; id: string; port: string },
  { trace, needs }: KnownStep,
): void {
  const asked = needs[port] ?? [];
  if (!trace) return asked.length > 0 ? draft.edge(from, id, [], asked) : draft.edge(from, id);
  const columns = Object.entries(trace.columns).flatMap(([to, sources]) =>
    sources.filter((source) => source.port === port).map((source) => ({ from: source.column, to })),
  );
  const rows = trace.rows.filter((source) => source.port === port).map(({ column }) => column);
  draft.edge(from, id, columns, rows);
}

function addSources(draft: LineageDraft, id: string, { step, columns, trigger }: KnownStep): void {
  const { connection, stream, dataset } = step.with;
  if (step.uses === TRIGGER_STEP && trigger?.kind === 'event') draft.edge(draft.stored('event', trigger.event), id);
  if (step.uses === TRIGGER_STEP && trigger?.kind === 'alert') draft.edge(draft.node('metric', trigger.metric), id);
  if (step.uses.endsWith('/read') && typeof connection === 'string' && typeof stream === 'string')
    draft.pass(addStream(draft, connection, stream, columns), id, columns);
  if (step.uses === 'core/dataset' && typeof dataset === 'string')
    draft.pass(draft.node('dataset', dataset, { columns }), id, columns);
  for (const noun of ['metric', 'tag', 'experiment'] as const) {
    const name = step.with[noun];
    if (step.uses !== `core/${noun}` || typeof name !== 'string') continue;
    const definition = draft.node(noun, name);
    // What an experiment found out changes nothing in whom it parts.
    if (noun === 'experiment') draft.edge(definition, id, [], ['variation']);
    else draft.edge(definition, id);
  }
}

/** Datasets that the step's query reads by itself. */
function addDatasets(draft: LineageDraft, id: string, { trace, datasets }: KnownStep): void {
  if (!trace) return;
  const { columns, rows } = trace.tables;
  for (const table of new Set([...Object.values(columns).flat(), ...rows].map((leaf) => leaf.table ?? ''))) {
    const dataset = datasets.get(table.split('.').at(-1) ?? '');
    if (dataset === undefined) continue;
    const namesOf = (leaves: readonly LeafColumn[]) =>
      leaves.filter((leaf) => leaf.table === table).map(({ column }) => column);
    const made = Object.entries(columns).flatMap(([to, leaves]) => namesOf(leaves).map((from) => ({ from, to })));
    draft.edge(draft.node('dataset', dataset), id, made, namesOf(rows));
  }
}

/** Events, traits and items that the step's query reads by itself. */
function addStored(draft: LineageDraft, id: string, { trace, step }: KnownStep): void {
  if (!trace) return;
  for (const read of storedReads(trace.tables))
    draft.reads(id, step.uses === 'core/enrich' ? ofItems(step, read) : read);
}

/** Enrich reads items of one type; which property a column is, its form says. */
function ofItems({ with: params }: Step, read: StoredRead): StoredRead {
  const { itemType, columns, keys } = params as EnrichNames; // read by the step's schema
  if (!itemType || read.part.noun !== 'item') return read;
  const chosen = columns ?? [];
  const propertyOf = (name: string) => chosen.find(({ column, as }) => (as || column) === name)?.column ?? name;
  const matched = keys?.map(({ column, matches }) => matches || (keys.length === 1 ? 'item_id' : column));
  return {
    part: { noun: 'item', name: itemType },
    columns: read.columns.map(({ to }) => ({ from: propertyOf(to), to })),
    rows: matched?.length ? matched : ['item_id'],
  };
}

interface EnrichNames {
  itemType?: string;
  columns?: { column: string; as?: string }[];
  keys?: { column: string; matches?: string }[];
}

/** What goes into the pipeline that a step calls, and what comes back. */
function addCall(draft: LineageDraft, id: string, { calls }: KnownStep): void {
  if (!calls) return;
  const called = (step: string) => draft.node('step', `${calls.pipeline}/${step}`);
  for (const takes of calls.takes) draft.edge(id, called(takes));
  for (const gives of calls.gives) draft.edge(called(gives), id);
}

function addTargets(draft: LineageDraft, id: string, { step }: KnownStep, columns: readonly string[]): void {
  const { event, type, message, connection, dataset } = step.with;
  if (step.uses === 'core/to-events' && typeof event === 'string') draft.stores(id, 'event', event, columns);
  if (step.uses === 'core/to-items' && typeof type === 'string') draft.stores(id, 'item', type, columns);
  if (step.uses === 'core/to-users')
    for (const trait of columns.filter((column) => column !== 'user_id')) draft.storesTrait(id, trait);
  if (step.uses === 'core/message' && typeof message === 'string') draft.edge(id, draft.node('message', message));
  if (step.uses === 'core/to-dataset' && typeof dataset === 'string')
    draft.pass(id, draft.node('dataset', dataset, { columns }), columns);
  if (step.uses.endsWith('/write') && typeof connection === 'string') {
    const target = draft.node('stream', `${connection}/${step.id}`, { title: connection, columns });
    draft.edge(id, target);
  }
}

/** A stream with the connection that offers it. */
export function addStream(draft: LineageDraft, connection: string, stream: string, columns: readonly string[]): string {
  const id = draft.node('stream', `${connection}/${stream}`, { title: stream, columns });
  draft.edge(draft.node('connection', connection), id);
  return id;
}
