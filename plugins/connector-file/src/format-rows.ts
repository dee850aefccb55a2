type Rows = readonly Record<string, unknown>[];

/** Rows as JSON lines. */
export function formatJsonLines(rows: Rows): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/**
 * Rows as CSV with a row of names, as this connector reads it: null is nothing at all, an empty text is `""`, what is
 * nested is JSON.
 */
export function formatCsv(rows: Rows): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [names.map(formatText), ...rows.map((row) => names.map((name) => formatValue(row[name])))];
  return lines.map((line) => `${line.join(',')}\n`).join('');
}

function formatValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  return formatText(typeof value === 'string' ? value : JSON.stringify(value));
}

function formatText(text: string): string {
  const isPlain = text !== '' && text !== '\\N' && !/[",;|\t\r\n]|^\s|\s$/.test(text);
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}
