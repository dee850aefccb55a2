import { AppError } from '@pelton/contract';
import { asObject, asTime, type Batch, isObject, type Json, present } from './batch.js';

/** Heavy things that PostHog's clients send besides events, and that nothing here reads. */
const IGNORED = new Set(['$snapshot', '$performance_event', '$$heatmap']);

/**
 * Reads a body of PostHog's capture API: one event, a list, or a batch.
 * @see https://posthog.com/docs/api/capture
 */
export function readPostHog(body: unknown): Batch {
  const list = isObject(body) && Array.isArray(body.batch) ? body.batch : body;
  const events: unknown[] = Array.isArray(list) ? list : [list];
  if (!events.every(isObject))
    throw new AppError('BAD_INPUT', { issues: [{ path: 'batch', message: 'Give events: objects with an event' }] });
  const sentAt = isObject(body) ? asTime(body.sent_at) : undefined;
  const read = events.filter((event) => !IGNORED.has(String(event.event)));
  return {
    source: 'posthog',
    sentAt: sentAt ?? asTime(events[0]?.sent_at),
    calls: read.map(toCall),
    sent: read,
  };
}

function toCall(event: Json): Json {
  const { token: _token, distinct_id: inProperties, ...properties } = asObject(event.properties);
  const distinctId = event.distinct_id ?? inProperties ?? event.$distinct_id;
  const common = {
    messageId: event.uuid ?? properties.$insert_id,
    timestamp: event.timestamp,
    ...whoIs(distinctId, properties),
    context: contextOf(properties),
  };
  const traits = {
    ...asObject(event.$set_once ?? properties.$set_once),
    ...asObject(event.$set ?? properties.$set),
  };
  return present({
    ...common,
    ...named(typeof event.event === 'string' ? event.event : '', properties, traits, distinctId),
  });
}

/** PostHog's own events are calls of their own; all others are tracked under their names. */
function named(event: string, properties: Json, traits: Json, distinctId: unknown): Json {
  switch (event) {
    case '$identify':
    case '$set':
      return { type: 'identify', traits, userId: distinctId };
    case '$create_alias':
      return { type: 'alias', previousId: properties.alias, userId: distinctId };
    case '$groupidentify':
      return {
        type: 'group',
        groupId: properties.$group_key,
        traits: present({ ...asObject(properties.$group_set), group_type: properties.$group_type }),
      };
    case '$pageview':
      return { type: 'page', name: properties.title, properties: { ...properties, ...pageOf(properties) } };
    case '$screen':
      return { type: 'screen', name: properties.$screen_name, properties };
    case '$feature_flag_called':
      return {
        type: 'track',
        event: 'Experiment Viewed',
        properties: {
          experiment: properties.$feature_flag,
          variation: variationOf(properties.$feature_flag_response),
        },
      };
    default:
      return { type: 'track', event, properties };
  }
}

/** The clients say whether a person is known; a browser that does not is known by its device until it is. */
function whoIs(distinctId: unknown, properties: Json): Json {
  const anonymousId = properties.$anon_distinct_id ?? properties.$device_id;
  const isAnonymous =
    properties.$is_identified === false ||
    (properties.$is_identified === undefined && properties.$device_id === distinctId && distinctId !== undefined);
  return isAnonymous ? { anonymousId: distinctId } : { userId: distinctId, anonymousId };
}

function contextOf(properties: Json): Json {
  return present({
    library: present({ name: properties.$lib, version: properties.$lib_version }),
    session_id: properties.$session_id,
    page: present(pageOf(properties)),
    campaign: campaignOf(properties),
    device: present({ type: properties.$device_type, os: properties.$os, browser: properties.$browser }),
  });
}

function pageOf(properties: Json): Json {
  return present({
    url: properties.$current_url,
    path: properties.$pathname,
    referrer: properties.$referrer,
    title: properties.title,
  });
}

function campaignOf(properties: Json): Json {
  const names = ['source', 'medium', 'campaign', 'term', 'content'];
  return present(
    Object.fromEntries(names.map((name) => [name === 'campaign' ? 'name' : name, properties[`utm_${name}`]])),
  );
}

function variationOf(response: unknown): string {
  if (typeof response === 'string') return response;
  return response === true ? 'treatment' : 'control';
}
