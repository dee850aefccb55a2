import { type Connection, nameFromTitle, type StreamInfo } from '@pelton/contract';
import { computed } from 'vue';
import { useRouter } from 'vue-router';
import { useCreatePipeline, usePipelines } from '@/api/pipelines';
import { useStepTypes } from '@/api/steps';
import { freeName } from '@/forms/free-name';

/** Makes a pipeline that begins with a table of a connection, and opens it. */
export function useStartPipeline() {
  const { data: types } = useStepTypes();
  const { data: pipelines } = usePipelines();
  const create = useCreatePipeline();
  const router = useRouter();

  async function start(connection: Pick<Connection, 'name' | 'uses'>, stream: Pick<StreamInfo, 'name' | 'title'>) {
    const source = types.value?.find((type) => type.role === 'source' && type.uses.startsWith(`${connection.uses}/`));
    if (!source) return;
    const title = stream.title.replace(/\.[a-z]+$/i, '');
    const taken = pipelines.value?.map((pipeline) => pipeline.name) ?? [];
    const made = await create
      .mutateAsync({
        name: freeName(nameFromTitle(title), taken),
        title,
        description: '',
        graph: {
          steps: [
            {
              id: 'source',
              uses: source.uses,
              title,
              with: { connection: connection.name, stream: stream.name },
              inputs: {},
            },
          ],
          layout: {},
        },
      })
      .catch(() => undefined); // told by `error`
    if (made) await router.push({ name: 'pipeline', params: { name: made.name } });
  }

  return { start, isBusy: computed(() => create.isPending.value), error: create.error };
}
