import type { JsonSchema } from '@pelton/contract';
import { refDebounced } from '@vueuse/core';
import { computed } from 'vue';
import { useConnections } from '@/api/connections';
import { type MessagePreviewInput, useMessagePreview } from '@/api/messages';
import { useContributionsOf } from '@/api/plugins';
import { fieldsOf } from '@/forms/field';
import { findProblems } from '@/forms/find-problems';
import { partsOf } from './preview-parts';

const WAIT_MS = 500;

/** A message for one user, rendered by the server a moment after the last change. */
export function usePreview(input: () => { connection: string; content: JsonSchema; userId: string }) {
  const { data: connections } = useConnections();
  const channels = useContributionsOf('channel');
  const fields = computed(() => {
    const uses = connections.value?.find((item) => item.name === input().connection)?.uses;
    const spec = channels.value.find((item) => item.id === uses);
    return spec ? fieldsOf(spec.content) : [];
  });
  const isIncomplete = computed(
    () => fields.value.length === 0 || findProblems(fields.value, input().content).length > 0,
  );
  const wanted = computed(() => {
    const { connection, content, userId } = input();
    return JSON.stringify({ connection, content, ...(userId && { userId }) });
  });
  const settled = refDebounced(wanted, WAIT_MS);
  const query = useMessagePreview(
    () => (isIncomplete.value ? undefined : (JSON.parse(settled.value) as MessagePreviewInput)), // written just above
  );
  const preview = computed(() => (isIncomplete.value ? undefined : query.data.value));

  return {
    preview,
    parts: computed(() => partsOf(fields.value, preview.value?.content ?? {})),
    error: computed(() => (isIncomplete.value ? null : query.error.value)),
    isFetching: computed(() => query.isFetching.value),
    isIncomplete,
  };
}
