/** A name as SQL text. */
export function quote(...path: string[]): string {
  return path.map((name) => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``).join('.');
}
