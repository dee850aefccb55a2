import { computed, ref, watch } from 'vue';
import { useRouter } from 'vue-router';
import { loadPipelines } from '@/api/pipelines';
import { useOpenSample, useSampleState } from '@/api/sample';
import { useSwitchProject } from '@/api/session';

/** Opens the sample project: makes it when it is not there, then goes to its pipeline. */
export function useSample() {
  const state = useSampleState();
  const open = useOpenSample();
  const switchProject = useSwitchProject();
  const router = useRouter();
  const isWanted = ref(false);
  const entryError = ref<unknown>();

  async function enter(projectId: string): Promise<void> {
    isWanted.value = false;
    try {
      await switchProject.mutateAsync(projectId);
      const [first] = await loadPipelines();
      await router.push(first ? { name: 'pipeline', params: { name: first.name } } : { name: 'overview' });
    } catch (error) {
      entryError.value = error;
    }
  }

  watch(
    () => state.data.value,
    (now) => {
      if (isWanted.value && now?.state === 'ready' && now.projectId) void enter(now.projectId);
    },
  );

  return {
    state: state.data,
    isMaking: computed(() => state.data.value?.state === 'making'),
    isBusy: computed(() => open.isPending.value || isWanted.value || switchProject.isPending.value),
    error: computed<unknown>(() => open.error.value ?? entryError.value ?? state.error.value),
    async start(): Promise<void> {
      entryError.value = undefined;
      isWanted.value = true;
      try {
        const now = await open.mutateAsync();
        if (now.state === 'ready' && now.projectId) await enter(now.projectId);
      } catch {
        isWanted.value = false; // told by `error`
      }
    },
  };
}
