import type { Connection, StoredFile } from '@pelton/contract';
import { computed, ref, shallowRef } from 'vue';
import { useConnections, useCreateConnection, useStreams } from '@/api/connections';
import { freeName } from '@/forms/free-name';
import { useUpload } from '@/forms/use-upload';
import { t } from '@/i18n';
import { takesUploads } from './takes-uploads';

/** Sends a file, connects the project's uploaded files when nobody did yet, and finds the file's columns. */
export function useImportFile() {
  const connections = useConnections();
  const create = useCreateConnection();
  const file = shallowRef<StoredFile>();
  const connection = shallowRef<Connection>();
  const connectError = ref<unknown>();

  async function connect(): Promise<Connection> {
    const { data } = await connections.refetch();
    const known = data?.find(takesUploads);
    if (known) return known;
    return create.mutateAsync({
      name: freeName('files', data?.map((item) => item.name) ?? []),
      title: t('sources.uploadedFiles'),
      kind: 'connector',
      uses: 'file',
      config: { source: 'uploads' },
      secrets: {},
    });
  }

  const upload = useUpload((stored) => {
    file.value = stored;
    connectError.value = undefined;
    connect().then(
      (found) => (connection.value = found),
      (error: unknown) => (connectError.value = error),
    );
  });
  const streams = useStreams(() => (file.value ? (connection.value?.name ?? '') : ''));

  return {
    upload,
    file,
    connection,
    stream: computed(() => streams.data.value?.find((item) => item.name === file.value?.name)),
    isReading: computed(() => file.value !== undefined && streams.isFetching.value),
    error: computed<unknown>(() => upload.error.value ?? connectError.value ?? streams.error.value),
  };
}
