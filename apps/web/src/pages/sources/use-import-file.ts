import type { Connection, StoredFile } from '@pelton/contract';
import { computed, ref, shallowRef } from 'vue';
import { useConnections, useCreateConnection, useStream } from '@/api/connections';
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
      (connected) => (connection.value = connected),
      (error: unknown) => (connectError.value = error),
    );
  });
  const found = useStream(() => connection.value?.name ?? '', file);

  return {
    upload,
    file,
    connection,
    stream: found.data,
    isReading: found.isFetching,
    error: computed<unknown>(() => upload.error.value ?? connectError.value ?? found.error.value),
  };
}
