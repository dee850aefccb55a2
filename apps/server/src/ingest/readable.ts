/**
 * Makes JSON that JSON.stringify wrote readable for the warehouse. It writes lone halves of surrogate pairs, and only
 * those, as escapes, which the warehouse refuses.
 */
export function readable(json: string): string {
  return /\\ud[89a-f]/i.test(json) ? json.replace(LONE_HALF, '\\ufffd') : json;
}

/** An escaped backslash before `ud…` is text, so the backslashes before it are counted. */
const LONE_HALF = /(?<=(?<!\\)(?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/gi;
