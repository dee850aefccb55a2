import type { StoredFile } from '@pelton/contract';
import { useMutation, useQuery } from '@tanstack/vue-query';
import { api } from './client';
import { ApiError } from './error';
import { refresh } from './query';

export const useFiles = () =>
  useQuery({ queryKey: ['files'], queryFn: ({ signal }) => api.get<StoredFile[]>('/api/files', { signal }) });

export const useRemoveFile = () =>
  useMutation({
    mutationFn: (name: string) => api.remove(`/api/files/${encodeURIComponent(name)}`),
    onSuccess: () => refresh('files', 'connections'),
  });

/**
 * Sends a file; fetch cannot tell how far an upload is, so this is the one place with XMLHttpRequest.
 * @param onProgress is given the share that is sent, 0 to 1
 */
export async function uploadFile(
  file: File,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
): Promise<StoredFile> {
  const stored = await new Promise<StoredFile>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/files');
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener('load', () => {
      if (request.status < 300)
        resolve(JSON.parse(request.responseText) as StoredFile); // typed by the contract
      else reject(ApiError.fromAnswer(request.status, request.responseText));
    });
    request.addEventListener('error', () => reject(ApiError.offline(undefined)));
    request.addEventListener('abort', () => reject(new DOMException('The upload was stopped', 'AbortError')));
    signal?.addEventListener('abort', () => request.abort());
    const form = new FormData();
    form.append('file', file);
    request.send(form);
  });
  await refresh('files', 'connections');
  return stored;
}
