import { PRESENCE_BEAT_MS, type Present } from '@pelton/contract';
import { useEventListener, useIntervalFn } from '@vueuse/core';
import { onScopeDispose, shallowRef } from 'vue';
import { api } from './client';

/**
 * Tells that this page has the pipeline open for as long as the caller lives, and follows who else has. A page in the
 * background goes on telling it: who comes back to it finds it as it was.
 * @returns the other members; nobody while the server cannot be asked
 */
export function usePresence(pipeline: string) {
  const page = crypto.randomUUID();
  const path = `/api/pipelines/${encodeURIComponent(pipeline)}/presence`;
  const others = shallowRef<readonly Present[]>([]);
  let isGone = false;

  async function beat() {
    const found = await api.post<Present[]>(path, { page }).catch(() => []);
    if (!isGone) others.value = found;
  }

  function leave() {
    if (isGone) return;
    isGone = true;
    const body = new Blob([JSON.stringify({ page })], { type: 'application/json' });
    navigator.sendBeacon(`${path}/end`, body);
  }

  useIntervalFn(() => void beat(), PRESENCE_BEAT_MS, { immediate: true, immediateCallback: true });
  useEventListener(window, 'pagehide', leave);
  useEventListener(window, 'pageshow', () => {
    isGone = false;
    void beat();
  });
  onScopeDispose(leave);
  return others;
}
