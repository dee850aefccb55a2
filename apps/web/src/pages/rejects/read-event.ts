/** An event as somebody typed it, or what is wrong with the JSON. */
export function readEvent(text: string): { event: Record<string, unknown> } | { problem: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { event: value as Record<string, unknown> }; // just looked at
    return { problem: '{ … }' };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
