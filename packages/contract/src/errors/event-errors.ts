import { type ErrorEntry } from './error-entry.js';

/** Errors of events as senders send them. */
export const eventErrors = {
  TOO_MANY_EVENTS: {
    status: 429,
    text: (f: { seconds: number; what: string }) =>
      `Pelton takes no more events for now: ${f.what}. Send the same again in ${f.seconds} s; nothing of it was stored.`,
  },
  EVENTS_REJECTED: {
    status: 400,
    text: (f: { rejected: { index: number; messageId: string; code: string; reason: string }[] }) =>
      `No event was taken. ${f.rejected
        .slice(0, 3)
        .map((event) => `Event ${event.index}: ${event.reason}`)
        .join('; ')}${f.rejected.length > 3 ? `; and ${f.rejected.length - 3} more` : ''}`,
  },
  BODY_UNREADABLE: {
    status: 400,
    text: (f: { reason: string }) => `The body cannot be read: ${f.reason}. Send JSON in UTF-8, plain or as gzip.`,
  },
  BODY_TOO_LARGE: {
    status: 413,
    text: (f: { what: string; limit: string }) => `${f.what}; at most ${f.limit}. Send it in smaller parts.`,
  },
  BODY_TOO_SLOW: {
    status: 408,
    text: (f: { seconds: number }) => `The body did not arrive within ${f.seconds} s. Send it again.`,
  },
} satisfies Record<string, ErrorEntry>;
