/** More marks than this would make a long name slow to compare. */
const MAX_MARKS = 3;

/** Whether a name stands for many files. */
export function isPattern(name: string): boolean {
  return name.includes('*');
}

/** What is wrong with a pattern, in words; undefined when it can be used. */
export function wrongPattern(pattern: string): string | undefined {
  return (pattern.match(/\*+/g) ?? []).length > MAX_MARKS ? `Write at most ${MAX_MARKS} stars` : undefined;
}

/** What a pattern begins with, up to its first star. */
export function patternPrefix(pattern: string): string {
  return pattern.slice(0, isPattern(pattern) ? pattern.indexOf('*') : undefined);
}

/** Tells which names a pattern means: `*` is anything within one folder, `**` also what lies in folders below. */
export function matcherOf(pattern: string): (name: string) => boolean {
  const parts = pattern.split(/(\*+)/).map((part) => {
    if (part.startsWith('**')) return '.*';
    return part === '*' ? '[^/]*' : part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');
  });
  const expression = new RegExp(`^${parts.join('')}$`, 's');
  return (name) => expression.test(name);
}
