import { computed } from 'vue';
import { useEventNames } from './events';

/** Events that Pelton writes itself; they say nothing of how far the project's data reaches. */
const OWN = /^(Message |Experiment Viewed$)/;

/** The newest event that came from outside, as an instant: up to there numbers can be whole. */
export function useDataEnd() {
  const { data } = useEventNames();
  return computed(() =>
    data.value
      ?.filter(({ event }) => !OWN.test(event))
      .map(({ lastAt }) => lastAt)
      .sort()
      .at(-1),
  );
}
