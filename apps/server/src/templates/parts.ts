import type { Graph, MessageInput, MetricInput, Step, TagInput, Trigger } from '@pelton/contract';
import type { ProjectFacts } from './project-facts.js';

/** The parts that templates put together. */
export interface StepPart {
  id: string;
  uses: string;
  title: string;
  with: Step['with'];
  inputs?: Step['inputs'];
}

export function graphOf(steps: readonly StepPart[], trigger?: Trigger): Graph {
  return { steps: steps.map((step) => ({ inputs: {}, ...step })), layout: {}, ...(trigger && { trigger }) };
}

/** @param at hour and minute such as `09:00` @param days the last field of cron */
export function everyDay({ timezone }: ProjectFacts, at: string, days = '*'): Trigger {
  const [hour, minute] = at.split(':').map(Number);
  return { kind: 'schedule', cron: `${minute} ${hour} * * ${days}`, timezone, missed: 'run-once' };
}

export function everyHour({ timezone }: ProjectFacts): Trigger {
  return { kind: 'schedule', cron: '5 * * * *', timezone, missed: 'run-once' };
}

type Rule = {
  kind: 'did' | 'did_not';
  event: string;
  times?: number;
  days?: number;
};

export const did = (event: string, more: Omit<Rule, 'kind' | 'event'> = {}): Rule => ({ kind: 'did', event, ...more });
export const didNot = (event: string, days: number): Rule => ({ kind: 'did_not', event, days });

/** A tag of all the users of whom all rules hold. */
export function tagOf(name: string, title: string, description: string, rules: Rule[]): TagInput {
  return {
    name,
    title,
    description,
    template: 'behaviour',
    params: { match: 'all', rules: rules.map((rule) => ({ ...rule })) },
  };
}

export function metricOf(
  name: string,
  title: string,
  template: string,
  params: MetricInput['params'],
  description = '',
): MetricInput {
  return { name, title, description, template, params };
}

export const revenueOf = (event: string, property: string, { currency }: ProjectFacts): MetricInput =>
  metricOf('revenue', 'Revenue', 'sum', { event, property, unit: currency }, 'What paid orders brought in');

export const orderedOf = (event: string): MetricInput =>
  metricOf('ordered', 'Ordered', 'proportion', { event }, 'Share of active people who ordered');

interface NewMessage {
  name: string;
  title: string;
  subject: string;
  /** Paragraphs in HTML, without the greeting and the way out. */
  body: string;
}

/** The message that was chosen, or a new one; nothing to send when there is no connection for it either. */
export function messageFor(
  { message, connection }: { message: string; connection: string },
  { name, title, subject, body }: NewMessage,
): { name: string; messages: MessageInput[] } {
  if (message) return { name: message, messages: [] };
  if (!connection) return { name: '', messages: [] };
  const html = `<p>Hello {{ user.first_name }},</p>\n${body}\n<p><a href="{{ unsubscribe_url }}">Unsubscribe</a></p>`;
  return { name, messages: [{ name, title, description: '', connection, content: { subject, html } }] };
}

/** Text as SQL that a person reads and may change; the gate looks at it before it runs. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
