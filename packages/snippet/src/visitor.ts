import { forget, read, write } from './store.js';

/** A visit ends when nothing happened for so long. */
const SESSION_MS = 30 * 60_000;

export function newId(): string {
  return crypto.randomUUID?.() ?? `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
}

export function anonymousId(): string {
  const known = read('anonymous');
  if (known) return known;
  const made = newId();
  write('anonymous', made);
  return made;
}

export function userId(): string | undefined {
  return read('user');
}

export function remember(user: string): void {
  write('user', user);
}

export function forgetVisitor(): void {
  for (const name of ['user', 'anonymous', 'session', 'campaign']) forget(name);
}

/** The visit, and the campaign that it began with. */
export function session(): { session_id: string; campaign: Record<string, string> } {
  const [id = '', at = '0'] = (read('session') ?? '').split(' ');
  const arrived = campaignOf(location.search);
  const goesOn = id !== '' && Date.now() - Number(at) < SESSION_MS && Object.keys(arrived).length === 0;
  const current = goesOn ? id : newId();
  if (!goesOn) write('campaign', JSON.stringify(arrived));
  write('session', `${current} ${Date.now()}`);
  return { session_id: current, campaign: JSON.parse(read('campaign') ?? '{}') as Record<string, string> }; // just written
}

/** The same tags on the next page of a visit are the same arrival. */
let seen = read('arrival') ?? '';

function campaignOf(search: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search)) {
    if (name.startsWith('utm_')) found[name === 'utm_campaign' ? 'name' : name.slice(4)] = value;
    if (/^(gclid|fbclid|msclkid)$/.test(name)) found[name] = value;
  }
  const tags = JSON.stringify(found);
  if (tags === '{}' || tags === seen) return {};
  seen = tags;
  write('arrival', tags);
  return found;
}
