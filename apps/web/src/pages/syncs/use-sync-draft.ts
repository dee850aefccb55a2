import type { Sync } from '@pelton/contract';
import { computed, type Ref, ref, watch } from 'vue';
import { useTimezone } from '@/api/session';
import { useUpdateSync } from '@/api/syncs';
import { draftOf, effectOf, inputOf, type SyncDraft } from './sync-change';

/** A sync while somebody changes it, and what the change will do. */
export function useSyncDraft(sync: Ref<Sync | undefined>) {
  const timezone = useTimezone();
  const update = useUpdateSync();
  const draft = ref<SyncDraft>();
  watch(sync, (found) => found && (draft.value ??= draftOf(found)), { immediate: true });
  return {
    draft,
    effect: computed(() => (sync.value && draft.value ? effectOf(sync.value, draft.value) : 'none')),
    timezone: computed(() => timezone.value ?? 'UTC'),
    isSaving: computed(() => update.isPending.value),
    error: computed<unknown>(() => update.error.value),
    async save(): Promise<Sync | undefined> {
      return sync.value && draft.value ? update.mutateAsync(inputOf(sync.value, draft.value)) : undefined;
    },
  };
}
