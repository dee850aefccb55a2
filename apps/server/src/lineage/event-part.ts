/** A column of events as a person knows it: a property by its own name, and of the rest who and when. */
export function eventPart(column: string): string[] {
  if (column.startsWith('properties.')) return [column.slice('properties.'.length).replaceAll('`', '')];
  return column === 'user_id' || column === 'timestamp' ? [column] : [];
}
