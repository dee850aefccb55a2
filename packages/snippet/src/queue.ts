import { read, write } from './store.js';

interface Call {
  timestamp: string;
  [field: string]: unknown;
}

const SOON_MS = 300;
const MOST_KEPT = 200;
const BATCH = 20;
/** What browsers send though the page is left is 64 KB at most; a single call that is longer is sent while the page is there. */
const LEAVING_BYTES = 60_000;

/** Calls on their way. They are kept in this browser until the server has them, so that the next page sends what this one could not. */
export function makeQueue(url: string, writeKey: string) {
  let waiting: Call[] = JSON.parse(read('queue') ?? '[]') as Call[]; // written below
  let wait = SOON_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isSending = false;

  const keep = () => write('queue', JSON.stringify(waiting));
  const plan = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void send();
    }, wait);
  };
  const bodyOf = (batch: Call[]) => JSON.stringify({ writeKey, batch, sentAt: new Date().toISOString() });

  async function send(): Promise<void> {
    if (isSending || waiting.length === 0) return;
    isSending = true;
    const batch = nextBatch(waiting);
    try {
      const body = bodyOf(batch);
      // text/plain asks nothing first; keepalive goes on when the page is left.
      const { status, headers } = await fetch(url, { method: 'POST', body, keepalive: mayLeave(body) });
      const isOver = status < 500 && status !== 429 && status !== 408;
      if (isOver) waiting = waiting.filter((call) => !batch.includes(call));
      wait = isOver ? SOON_MS : Math.max(Number(headers.get('retry-after')) * 1000, Math.min(wait * 2, 60_000));
    } catch {
      wait = Math.min(wait * 2, 60_000);
    }
    isSending = false;
    keep();
    if (waiting.length > 0) plan();
  }

  /** The page may be gone in a moment. What the browser takes is not kept; a copy that arrives too counts once. */
  addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'hidden' || waiting.length === 0) return;
    const batch = nextBatch(waiting);
    const body = bodyOf(batch);
    if (mayLeave(body) && navigator.sendBeacon?.(url, body)) waiting = waiting.slice(batch.length);
    keep();
  });
  if (waiting.length > 0) plan();

  return {
    push(call: Call) {
      waiting = [...waiting, call].slice(-MOST_KEPT);
      keep();
      plan();
    },
    clear() {
      waiting = [];
      keep();
    },
  };
}

/** As many as fit into what may be sent while the page is left, and one at least. */
function nextBatch(waiting: Call[]): Call[] {
  let bytes = 500; // of what is around the calls
  const tooFar = waiting.findIndex(
    (call, at) => at >= BATCH || (bytes += bytesOf(JSON.stringify(call)) + 1) > LEAVING_BYTES,
  );
  return tooFar < 0 ? waiting : waiting.slice(0, Math.max(1, tooFar));
}

function mayLeave(body: string): boolean {
  return bytesOf(body) <= LEAVING_BYTES;
}

function bytesOf(text: string): number {
  return new Blob([text]).size;
}
