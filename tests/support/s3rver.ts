import S3rver from '@20minutes/s3rver';
import { newDataDir, removeDataDir } from './pelton.js';
import { BUCKET, type SourceBucket } from './source-bucket.js';
import { startHttp } from './source-http.js';

/** The one that the server knows. */
const KEY = { id: 'S3RVER', secret: 'S3RVER' };

/** A bucket on an S3-compatible server of its own, which lets in unsigned requests and checks the signatures of others. */
export async function startS3rver(): Promise<SourceBucket> {
  const directory = newDataDir();
  const s3 = new S3rver({ directory, silent: true, vhostBuckets: false, configureBuckets: [{ name: BUCKET }] });
  await s3.configureBuckets();
  const answer = s3.callback();
  const changes = new Map<string, string>();
  const source = await startHttp((request, response, { pathname }) => {
    const change = request.method === 'GET' ? changes.get(pathname) : undefined;
    if (change === undefined) return void answer(request, response);
    changes.delete(pathname);
    // The body waits for the change, so that whoever asks again meets it.
    const pieces: Buffer[] = [];
    const end = response.end.bind(response);
    response.write = ((piece: Buffer) => pieces.push(piece) > 0) as typeof response.write;
    response.end = (() => {
      void write('PUT', pathname, change).then(() => end(Buffer.concat(pieces)));
      return response;
    }) as typeof response.end;
    void answer(request, response);
  });

  async function write(method: 'PUT' | 'DELETE', path: string, body?: string | Buffer): Promise<void> {
    const response = await fetch(source.url + path, {
      method,
      ...(body !== undefined && { body: new Uint8Array(Buffer.from(body)) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }

  const pathOf = (key: string) =>
    new URL(`/${BUCKET}/${key.split('/').map(encodeURIComponent).join('/')}`, source.url).pathname;
  return {
    url: source.url,
    key: KEY,
    put: (key, body) => write('PUT', pathOf(key), body),
    delete: (key) => write('DELETE', pathOf(key)),
    changeAfterNext: (key, body) => void changes.set(pathOf(key), body),
    async stop() {
      await source.stop();
      removeDataDir(directory);
    },
  };
}
