import type { Event, Layer, UserTag } from '@pelton/contract';

export type TimelineKind = 'event' | 'message' | 'tag' | 'experiment';

/** Something on a user's timeline, with the layer that it belongs to. */
export interface TimelineEntry {
  key: string;
  kind: TimelineKind;
  layer: Layer;
  at: string;
  /** The event's name, or what the page says of a tag. */
  event: string;
  /** A definition that it leads to. */
  name: string;
  detail: string;
  amount: number | null;
  /** All that is known of it, for the panel. */
  source: Event | UserTag;
}

export interface TimelineDay {
  day: string;
  entries: TimelineEntry[];
}

/** Events and tags in one order, newest first, by days. @param dayOf writes the day of an instant in the project's time zone */
export function toTimeline(
  events: readonly Event[],
  tags: readonly UserTag[],
  dayOf: (instant: string) => string,
): TimelineDay[] {
  const entries = [...events.map(fromEvent), ...tags.map(fromTag)].sort((a, b) => b.at.localeCompare(a.at));
  const days: TimelineDay[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.at);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}

function fromEvent(event: Event): TimelineEntry {
  const common = { key: event.messageId, at: event.timestamp, event: event.event, source: event };
  const text = (property: string) => plain(event.properties[property]) ?? '';
  if (event.event.startsWith('Message '))
    return { ...common, kind: 'message', layer: 'reach', name: text('message'), detail: text('channel'), amount: null };
  if (event.event === 'Experiment Viewed')
    return {
      ...common,
      kind: 'experiment',
      layer: 'operate',
      name: text('experiment'),
      detail: text('variation'),
      amount: null,
    };
  const amount = amountOf(event.properties);
  return { ...common, kind: 'event', layer: 'collect', name: '', detail: detailOf(event.properties), amount };
}

function fromTag(tag: UserTag): TimelineEntry {
  return {
    key: `tag ${tag.tag} ${tag.enteredAt}`,
    kind: 'tag',
    layer: 'understand',
    at: tag.enteredAt,
    event: tag.title,
    name: tag.tag,
    detail: tag.evidence,
    amount: null,
    source: tag,
  };
}

const AMOUNTS = ['revenue', 'amount', 'total', 'value', 'price'];

/** The number that an event is about, by the property names of Segment's e-commerce specification. */
function amountOf(properties: Event['properties']): number | null {
  const found = AMOUNTS.map((name) => properties[name]).find((value) => typeof value === 'number');
  return typeof found === 'number' ? found : null;
}

/** The properties that fit on a line, as `country United Kingdom, items 124`. */
function detailOf(properties: Event['properties']): string {
  return Object.entries(properties)
    .filter(([name, value]) => !AMOUNTS.includes(name) && plain(value) !== undefined)
    .slice(0, 4)
    .map(([name, value]) => `${name} ${plain(value)}`)
    .join(', ');
}

/** A value as text, unless it is a list, an object or nothing. */
function plain(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
