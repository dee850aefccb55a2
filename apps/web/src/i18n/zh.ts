const files = import.meta.glob<Record<string, unknown>>('./zh/*.json', { eager: true, import: 'default' });

/** One namespace a file: `zh/runs.json` holds `runs.…`. */
export const messages = Object.fromEntries(
  Object.entries(files).map(([path, texts]) => [path.slice(path.lastIndexOf('/') + 1, -'.json'.length), texts]),
);
