import type { FilePlan, PlannedChange } from '@pelton/contract';

const SIGNS = { create: '+', change: '~', delete: '-' } as const;

/** A plan as lines: what is made, changed and deleted, what stays, what is wrong. */
export function describePlan({ changes, unnamed, problems }: FilePlan): string {
  const lines = changes.flatMap(lineOf);
  if (lines.length === 0 && problems.length === 0) lines.push('Nothing to do.');
  if (unnamed.length > 0) {
    const names = unnamed.map(({ noun, name }) => `${noun} ${name}`).join(', ');
    lines.push(`In no file, and left as they are (--prune deletes): ${names}`);
  }
  return [...lines, ...problems.map(({ path, message }) => `! ${path}: ${message}`)].join('\n');
}

function lineOf({ act, noun, name, parts, notes }: PlannedChange): string[] {
  const what = parts.length > 0 ? ` (${parts.join(', ')})` : '';
  return [`${SIGNS[act]} ${noun} ${name}${what}`, ...notes.map((note) => `    ${note}`)];
}
