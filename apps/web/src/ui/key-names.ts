const ON_A_MAC: Record<string, string> = { Ctrl: '⌘', Alt: '⌥' };

/**
 * Keys as the keyboard before one names them.
 * @param keys as they are called on a PC, such as `Ctrl Shift Z`
 */
export function keyNames(keys: string, agent: string = navigator.userAgent): string {
  if (!/Mac|iPhone|iPad/.test(agent)) return keys;
  return keys.replaceAll(/\b(Ctrl|Alt)\b/g, (key) => ON_A_MAC[key] ?? key);
}
