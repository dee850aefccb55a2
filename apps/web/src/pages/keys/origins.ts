/** What somebody typed as web origins, one a line: addresses are cut to their origins, what is no address is told. */
export function readOrigins(text: string): { origins: string[]; wrong: string[] } {
  const typed = text.split(/[\s,]+/).filter(Boolean);
  const read = typed.map((entry) => ({ entry, origin: originOf(entry) }));
  return {
    origins: [...new Set(read.flatMap(({ origin }) => origin ?? []))],
    wrong: read.filter(({ origin }) => origin === undefined).map(({ entry }) => entry),
  };
}

function originOf(entry: string): string | undefined {
  const url = URL.parse(/^https?:\/\//i.test(entry) ? entry : `https://${entry}`);
  return url && /^[a-z0-9.-]+$/.test(url.hostname) ? url.origin : undefined;
}
