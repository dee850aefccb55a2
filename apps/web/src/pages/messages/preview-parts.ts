import type { Field } from '@/forms/field';

export interface PreviewPart {
  name: string;
  title: string;
  value: string;
}

/** What of a rendered message is shown as a page of HTML, and what as lines; empty fields are left out. */
export function partsOf(
  fields: readonly Pick<Field, 'name' | 'title' | 'kind'>[],
  content: Record<string, unknown>,
): { lines: PreviewPart[]; pages: PreviewPart[] } {
  const filled = fields.flatMap(({ name, title, kind }) => {
    const value = content[name];
    return typeof value === 'string' && value !== '' ? [{ name, title, value, isPage: kind === 'html' }] : [];
  });
  const pick = (isPage: boolean) =>
    filled.filter((part) => part.isPage === isPage).map(({ name, title, value }) => ({ name, title, value }));
  return { lines: pick(false), pages: pick(true) };
}
