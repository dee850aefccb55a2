// The whole of a foreign plugin's process: it loads one plugin and answers calls over IPC. It has no access to core.
import { pathToFileURL } from 'node:url';
import type { FromPlugin, ToPlugin } from './foreign-messages.js';

type Call = (argument: unknown) => unknown;
interface Loaded {
  kind: string;
  spec: { id: string };
  calls: Record<string, Call>;
}

let contributions: Loaded[] = [];
const streams = new Map<number, AsyncIterator<unknown>>();

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToPlugin) => void answer(message));

async function answer(message: ToPlugin): Promise<void> {
  switch (message.type) {
    case 'load':
      return load(message.entry);
    case 'call':
      return call(message);
    case 'next':
      return next(message.id);
    case 'stop':
      await streams.get(message.id)?.return?.();
      streams.delete(message.id);
  }
}

async function load(entry: string): Promise<void> {
  try {
    const module = (await import(pathToFileURL(entry).href)) as { default: { contributions: Loaded[] } };
    contributions = module.default.contributions;
    send({
      type: 'loaded',
      contributions: contributions.map(({ kind, spec, calls }) => ({ kind, spec, calls: Object.keys(calls) })),
    });
  } catch (error) {
    send({ type: 'broken', reason: error instanceof Error ? error.message : String(error) });
  }
}

async function call(message: Extract<ToPlugin, { type: 'call' }>): Promise<void> {
  const { id } = message;
  try {
    const found = contributions.find((item) => item.kind === message.kind && item.spec.id === message.contribution);
    const result = found?.calls[message.call]?.(message.argument);
    if (isAsyncIterable(result)) {
      streams.set(id, result[Symbol.asyncIterator]());
      send({ type: 'result', id, value: null });
    } else {
      send({ type: 'result', id, value: (await result) ?? null });
    }
  } catch (error) {
    sendError(id, error);
  }
}

/** One item is asked for at a time, so a fast plugin waits for a slow core. */
async function next(id: number): Promise<void> {
  try {
    const step = await streams.get(id)?.next();
    if (step && !step.done) {
      send({ type: 'item', id, value: step.value });
      return;
    }
    streams.delete(id);
    send({ type: 'end', id });
  } catch (error) {
    streams.delete(id);
    sendError(id, error);
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function sendError(id: number, error: unknown): void {
  const { code, facts } = (error ?? {}) as { code?: string; facts?: unknown }; // core checks both
  send({ type: 'error', id, error: { code, facts, message: error instanceof Error ? error.message : String(error) } });
}

function send(message: FromPlugin): void {
  process.send?.(message);
}
