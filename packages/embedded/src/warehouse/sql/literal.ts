/** Writes a text as a string of SQL. */
export function quoteString(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\0', '\\0')}'`;
}

/** Writes a name as an identifier of SQL. */
export function quoteIdentifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, '\\$&').replaceAll('\0', '\\0')}\``;
}

/** Writes a text the way in which a query parameter carries it. */
export function escapeParameter(text: string): string {
  const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' };
  return text.replace(/[\\\t\n\r\0]/g, (character) => escapes[character] ?? character);
}

/** Turns one character per byte back into text. */
export function decodeBytes(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}
