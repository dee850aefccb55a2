/** JSON as a person reads it; what is not JSON, such as a body that was cut off, stays as it came. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
