const BY_FORMAT: Record<string, string> = {
  json: 'application/json; charset=UTF-8',
  jsoncompact: 'application/json; charset=UTF-8',
  jsonstrings: 'application/json; charset=UTF-8',
  jsoneachrow: 'application/x-ndjson; charset=UTF-8',
  jsonstringseachrow: 'application/x-ndjson; charset=UTF-8',
  tabseparated: 'text/tab-separated-values; charset=UTF-8',
  tsv: 'text/tab-separated-values; charset=UTF-8',
  xml: 'application/xml; charset=UTF-8',
  parquet: 'application/octet-stream',
  native: 'application/octet-stream',
  markdown: 'text/markdown; charset=UTF-8',
};

/** The media type of a result in a format. */
export function contentTypeOf(format: string): string {
  const name = format.toLowerCase();
  const known = BY_FORMAT[name];
  if (known) return known;
  if (name.startsWith('csv'))
    return 'text/csv; charset=UTF-8; header=' + (name.includes('names') ? 'present' : 'absent');
  if (/^(rowbinary|arrow|orc|avro|msgpack|npy|protobuf)/.test(name)) return 'application/octet-stream';
  return 'text/plain; charset=UTF-8';
}
