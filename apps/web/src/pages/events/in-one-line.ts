/** Properties as a person skims them: `country United Kingdom, revenue 304.5`. */
export function inOneLine(properties: Record<string, unknown>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
