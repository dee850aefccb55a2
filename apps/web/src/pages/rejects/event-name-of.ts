/** How a rejected event is called, or of what type it is; empty where its body does not say. */
export function eventNameOf(body: string): string {
  try {
    const { event, type } = (JSON.parse(body) ?? {}) as Record<string, unknown>; // a field of what is no object is undefined
    return [event, type].find((name): name is string => typeof name === 'string') ?? '';
  } catch {
    return '';
  }
}
