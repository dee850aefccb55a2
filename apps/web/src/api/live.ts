import type { LiveCall, LiveCalls, LiveFilter } from '@pelton/contract';
import { type MaybeRefOrGetter, onScopeDispose, readonly, ref, shallowRef, toValue, watch } from 'vue';

const MOST_SHOWN = 300;
const MOST_HELD = 1_000;

/**
 * Follows the calls that come in. While it is paused what comes is counted and held, and shown when it goes on.
 * @returns `calls`, the newest first; `isLost`: the line to the server is lost and the browser tries again
 */
export function useLiveCalls(filter: MaybeRefOrGetter<LiveFilter>) {
  const calls = shallowRef<readonly LiveCall[]>([]);
  const held = shallowRef<readonly LiveCall[]>([]);
  const isPaused = ref(false);
  const isLost = ref(false);
  const isReady = ref(false);
  /** Calls that came while it was paused. */
  const heldCount = ref(0);
  /** Calls that came faster than they were sent to the page. */
  const left = ref(0);
  let newest = 0;
  let source: EventSource | undefined;

  function take(message: LiveCalls): void {
    isReady.value = true;
    const fresh = message.calls.filter(({ id }) => id > newest).toReversed();
    newest = fresh[0]?.id ?? newest;
    left.value += message.left;
    if (isPaused.value) {
      held.value = [...fresh, ...held.value].slice(0, MOST_HELD);
      heldCount.value += fresh.length + message.left;
    } else show(fresh);
  }

  function show(fresh: readonly LiveCall[]): void {
    if (fresh.length > 0) calls.value = [...fresh, ...calls.value].slice(0, MOST_SHOWN);
  }

  function goOn(): void {
    show(held.value);
    [held.value, heldCount.value] = [[], 0];
  }

  function follow(query: string): void {
    source?.close();
    [calls.value, held.value, heldCount.value, left.value, newest] = [[], [], 0, 0, 0];
    source = new EventSource(`/api/live?${query}`);
    source.addEventListener('open', () => {
      // A server that was started again counts from one again.
      if (isLost.value) newest = 0;
      isLost.value = false;
    });
    source.addEventListener('error', () => (isLost.value = true));
    source.addEventListener('calls', (event: MessageEvent<string>) => take(JSON.parse(event.data) as LiveCalls)); // typed by the contract
  }

  watch(isPaused, (now) => now || goOn());
  watch(() => new URLSearchParams({ ...toValue(filter) }).toString(), follow, { immediate: true });
  onScopeDispose(() => source?.close());
  return {
    calls,
    isPaused,
    isLost: readonly(isLost),
    isReady: readonly(isReady),
    heldCount: readonly(heldCount),
    left: readonly(left),
    clear: () => (calls.value = []),
  };
}
