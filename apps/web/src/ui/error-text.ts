import { ApiError } from '@/api/error';
import { hasText, locale, t } from '@/i18n';

/** What, which one and what to do, in the page's language where it has the words, else in the server's. */
export function errorText(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  const key = `errors.${error.code}`;
  if (error.code === 'OFFLINE' || (locale.value !== 'en' && hasText(key))) return t(key, toWords(error.facts));
  return error.message;
}

function toWords(facts: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  );
}
