import type { StoredFile } from '@pelton/contract';
import { onScopeDispose, ref, shallowRef } from 'vue';
import { uploadFile } from '@/api/files';

/** One upload at a time: what is sent, how far it is, and what went wrong. */
export function useUpload(onStored: (file: StoredFile) => void) {
  const file = shallowRef<File>();
  const share = ref(0);
  const error = shallowRef<unknown>();
  let controller: AbortController | undefined;

  async function start(chosen: File): Promise<void> {
    controller = new AbortController();
    [file.value, share.value, error.value] = [chosen, 0, undefined];
    try {
      onStored(await uploadFile(chosen, (sent) => (share.value = sent), controller.signal));
    } catch (cause) {
      if (!controller.signal.aborted) error.value = cause;
    } finally {
      file.value = undefined;
    }
  }

  const stop = () => controller?.abort();
  onScopeDispose(stop);
  return { file, share, error, start, stop };
}
