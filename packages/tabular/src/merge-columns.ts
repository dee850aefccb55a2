import type { TableColumn } from './profile.js';

/** The columns of files that belong together, in order of appearance. What differs in kind is text. */
export function mergeColumns(files: readonly (readonly TableColumn[])[]): TableColumn[] {
  const types = new Map<string, string>();
  for (const columns of files)
    for (const { name, type } of columns) types.set(name, mergeTypes(types.get(name) ?? type, type));
  return [...types].map(([name, type]) => ({ name, type }));
}

function mergeTypes(one: string, other: string): string {
  if (one === other) return one;
  const numbers = new Set(['Nullable(Int64)', 'Nullable(Float64)']);
  return numbers.has(one) && numbers.has(other) ? 'Nullable(Float64)' : 'Nullable(String)';
}
