/** Which request a line of the log belongs to. Headers, queries and long parts of a path may be secrets, so they stay out. */
export function whichRequest({ id, method, url }: { id: unknown; method: string; url: string }) {
  return { id, method, path: url.replace(/\?.*/, '').replaceAll(/[\w.~-]{32,}/g, '…') };
}
