/** A name that is not taken: `revenue`, then `revenue-2`. */
export function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  for (let number = 2; ; number++) {
    const name = `${wanted.slice(0, 60)}-${number}`;
    if (!taken.includes(name)) return name;
  }
}
