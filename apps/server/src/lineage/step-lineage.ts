import { type Column, parseRef, type Step } from '@pelton/contract';
import type { LineageDraft } from './lineage-draft.js';
import { eventPart } from './event-part.js';
import type { LeafColumn } from './trace-columns.js';
import type { QueryTrace } from './trace-query.js';

/** A step with what is known of it without running it. */
export interface KnownStep {
  pipeline: string;
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
}

/** Adds a step: what it reads of other steps and of the project, and what it feeds. */
export function addStep(draft: LineageDraft, known: KnownStep): void {
  const { pipeline, step, title } = known;
  const stored = step.uses === 'core/to-events' ? eventColumns(known) : undefined;
  const columns = stored?.columns.map(({ to }) => to) ?? known.columns;
  const id = draft.node('step', `${pipeline}/${step.id}`, { title, columns });
  for (const [port, ref] of Object.entries(step.inputs)) {
    const from = draft.node('step', `${pipeline}/${parseRef(ref).step}`);
    if (stored) draft.edge(from, id, stored.columns, stored.rows);
    else addWire(draft, { from, id, port }, known);
  }
  addSources(draft, id, known);
  addTables(draft, id, known);
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

function addSources(draft: LineageDraft, id: string, { step, columns }: KnownStep): void {
  const { connection, stream, dataset } = step.with;
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

/** Datasets and events that the step's query reads by itself. */
function addTables(draft: LineageDraft, id: string, { trace, datasets }: KnownStep): void {
  if (!trace) return;
  const { columns, rows } = trace.tables;
  for (const table of new Set([...Object.values(columns).flat(), ...rows].map((leaf) => leaf.table ?? ''))) {
    const name = table.split('.').at(-1) ?? '';
    const dataset = datasets.get(name);
    if (dataset === undefined && name !== 'events') continue;
    const partsOf = (leaves: readonly LeafColumn[]) =>
      leaves.filter((leaf) => leaf.table === table).flatMap(({ column }) => (dataset ? column : eventPart(column)));
    const made = Object.entries(columns).flatMap(([to, leaves]) => partsOf(leaves).map((from) => ({ from, to })));
    const deciding = partsOf(rows);
    const parts = [...made.map(({ from }) => from), ...deciding];
    const source = dataset
      ? draft.node('dataset', dataset)
      : draft.node('event', '', { title: 'All events', columns: parts });
    draft.edge(source, id, made, deciding);
  }
}

/** What goes into the pipeline that a step calls, and what comes back. */
function addCall(draft: LineageDraft, id: string, { calls }: KnownStep): void {
  if (!calls) return;
  const called = (step: string) => draft.node('step', `${calls.pipeline}/${step}`);
  for (const takes of calls.takes) draft.edge(id, called(takes));
  for (const gives of calls.gives) draft.edge(called(gives), id);
}

function addTargets(draft: LineageDraft, id: string, { step }: KnownStep, columns: readonly string[]): void {
  const { event, message, connection, dataset } = step.with;
  if (step.uses === 'core/to-events' && typeof event === 'string') {
    const stored = draft.node('event', event, { columns });
    draft.pass(id, stored, columns);
    draft.pass(stored, draft.node('event', '', { title: 'All events' }), columns);
  }
  if (step.uses === 'core/message' && typeof message === 'string') draft.edge(id, draft.node('message', message));
  if (step.uses === 'core/to-dataset' && typeof dataset === 'string')
    draft.pass(id, draft.node('dataset', dataset, { columns }), columns);
  if (step.uses.endsWith('/write') && typeof connection === 'string') {
    const target = draft.node('stream', `${connection}/${step.id}`, { title: `${connection}, written`, columns });
    draft.edge(id, target);
  }
}

/** A stream with the connection that offers it. */
export function addStream(draft: LineageDraft, connection: string, stream: string, columns: readonly string[]): string {
  const id = draft.node('stream', `${connection}/${stream}`, { title: stream, columns });
  draft.edge(draft.node('connection', connection), id);
  return id;
}

/** Which columns an event's parts are made of, as the step's own parameters say. */
function eventColumns({ step, inputs }: KnownStep) {
  const { userId, timestamp, onePer, properties } = step.with as Record<string, unknown>;
  const own = [
    { from: String(userId), to: 'user_id' },
    { from: String(timestamp), to: 'timestamp' },
  ];
  const listed = Array.isArray(properties) ? (properties as { name: string; column?: string }[]) : []; // read by the step's schema
  const arriving = Object.values(inputs)[0] ?? [];
  const others = arriving.map(({ name }) => name).filter((name) => name !== userId && name !== timestamp);
  const made = listed.length
    ? listed.map(({ name, column = '' }) => ({ from: column, to: name }))
    : others.map((name) => ({ from: name, to: name }));
  const rows = typeof onePer === 'string' && onePer ? [onePer] : [];
  return { columns: [...own, ...made.filter(({ from }) => from !== '')], rows };
}
