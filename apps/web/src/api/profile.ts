import type { ColumnProfile, ErrorAnswer, RelationProfile } from '@pelton/contract';
import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { RowSource } from '@/forms/form-context';

/** A profile as far as it has come. */
export interface ProfileSoFar {
  columns: ReadonlyMap<string, ColumnProfile>;
  of: number;
  isDone: boolean;
}

/** Profiles that were asked for stay while the page is open: the rows of a run never change. */
const kept = new Map<string, ProfileSoFar>();

/** The profile of all rows of an output port, asked for by `start` and shown as it grows. */
export function useProfile(source: () => RowSource | undefined) {
  const profile = shallowRef<ProfileSoFar>();
  const problem = ref('');
  const isRunning = ref(false);
  let stream: EventSource | undefined;

  const keyOf = (of: RowSource | undefined) => (of ? `${of.run}/${of.step}/${of.port}` : '');

  function stop() {
    stream?.close();
    [stream, isRunning.value] = [undefined, false];
  }

  function start() {
    const of = source();
    if (!of) return;
    stop();
    [profile.value, problem.value, isRunning.value] = [undefined, '', true];
    const path = `/api/runs/${encodeURIComponent(of.run)}/steps/${encodeURIComponent(of.step)}/profile`;
    stream = new EventSource(`${path}?port=${encodeURIComponent(of.port)}`);
    stream.addEventListener('profile', (event: MessageEvent<string>) => {
      const part = JSON.parse(event.data) as RelationProfile; // typed by the contract
      const columns = new Map([
        ...(profile.value?.columns ?? []),
        ...part.columns.map((column) => [column.name, column] as const),
      ]);
      profile.value = { columns, of: part.of, isDone: columns.size === part.of };
    });
    stream.addEventListener('problem', (event: MessageEvent<string>) => {
      problem.value = (JSON.parse(event.data) as ErrorAnswer).message; // typed by the contract
      stop();
    });
    stream.addEventListener('end', () => {
      if (profile.value) kept.set(keyOf(of), profile.value);
      stop();
    });
    // The browser would ask again, and the work would begin anew.
    stream.addEventListener('error', () => stop());
  }

  watch(
    () => keyOf(source()),
    (key) => {
      stop();
      [profile.value, problem.value] = [kept.get(key), ''];
    },
    { immediate: true },
  );
  onScopeDispose(stop);
  return { profile, problem, isRunning, start, stop };
}
