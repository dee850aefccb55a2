import { makeQueue } from './queue.js';
import { forget, read, write } from './store.js';
import { anonymousId, forgetVisitor, newId, remember, session, userId } from './visitor.js';

type Facts = Record<string, unknown>;

/** What a page may call as `pelton.track(…)`. Calls made before the script came are caught up on: `pelton = [['track', 'X']]`. */
interface Pelton {
  page(name?: string, properties?: Facts): void;
  track(event: string, properties?: Facts): void;
  identify(userId: string, traits?: Facts): void;
  /** Forgets who this is, such as after signing out. */
  reset(): void;
  /** Remembers whether the visitor agrees; false forgets all that was kept. */
  consent(isGiven: boolean): void;
}

const script = document.currentScript as HTMLScriptElement | null; // a classic script that runs now
const data = script?.dataset ?? {};
const origin = data.host ?? new URL(script?.src ?? location.href).origin;
const queue = makeQueue(`${origin}/v1/batch`, data.key ?? '');

/** `data-consent="required"` waits for a yes; without it a no is enough to stop. A browser that asks not to be tracked is heard. */
function mayTrack(): boolean {
  const asksNot =
    navigator.doNotTrack === '1' ||
    (navigator as Navigator & { globalPrivacyControl?: boolean }).globalPrivacyControl === true; // not in every browser
  const consent = read('consent');
  if (consent) return consent === 'yes';
  return !asksNot && data.consent !== 'required';
}

function call(type: string, fields: Facts): void {
  if (!mayTrack()) return;
  queue.push({
    type,
    messageId: newId(),
    anonymousId: anonymousId(),
    userId: userId(),
    timestamp: new Date().toISOString(),
    context: context(),
    ...fields,
  });
}

function context(): Facts {
  const { session_id, campaign } = session();
  return {
    library: { name: 'pelton.js' },
    session_id,
    campaign,
    page: where(),
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    userAgent: navigator.userAgent,
    device: { type: deviceType() },
    screen: { width: screen.width, height: screen.height, density: devicePixelRatio },
  };
}

function where(): Facts {
  const { href, pathname, search } = location;
  return { url: href.split('#')[0], path: pathname, search, referrer, title: document.title };
}

function deviceType(): string {
  if (!matchMedia('(pointer: coarse)').matches) return 'desktop';
  return Math.min(screen.width, screen.height) < 600 ? 'mobile' : 'tablet';
}

const api: Pelton = {
  page: (name, properties = {}) => call('page', { name, properties: { ...where(), ...properties } }),
  track: (event, properties = {}) => call('track', { event, properties }),
  identify(user, traits = {}) {
    if (!mayTrack()) return;
    remember(user);
    call('identify', { traits });
  },
  reset: forgetVisitor,
  consent(isGiven) {
    const before = mayTrack();
    if (!isGiven) {
      queue.clear();
      forgetVisitor();
      forget('arrival');
    }
    write('consent', isGiven ? 'yes' : 'no');
    if (isGiven && !before) {
      path = ''; // this page was not seen yet
      view();
    }
  },
};

let referrer = document.referrer;
let path = '';

/** A view is another path; pages that change their address by script are views too, and come from the one before. */
function view(): void {
  const now = location.pathname + location.search;
  if (now === path) return;
  if (path) referrer = last;
  path = now;
  last = location.href.split('#')[0] ?? '';
  if (data.auto !== 'off') api.page();
}

let last = '';

const pushState = history.pushState.bind(history);
history.pushState = (...args) => {
  pushState(...args);
  view();
};
addEventListener('popstate', view);

const holder = globalThis as unknown as { pelton?: unknown }; // what the page put there
const early = Array.isArray(holder.pelton) ? (holder.pelton as [keyof Pelton, ...unknown[]][]) : [];
holder.pelton = api;
for (const [name, ...args] of early) if (name in api) (api[name] as (...args: unknown[]) => void)(...args);
view();
