import { createServer } from 'node:net';
import mongoose from 'mongoose';
import { expect, test } from 'vitest';
import { explainUnreachable } from './documents-unreachable.js';

/** What connecting fails with where nothing listens. */
async function failure(): Promise<unknown> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)); // it listens on a port
  });
  await new Promise((resolve) => server.close(resolve));
  const options = { serverSelectionTimeoutMS: 100 };
  return mongoose
    .createConnection(`mongodb://127.0.0.1:${port}`, options)
    .asPromise()
    .catch((error: unknown) => error);
}

test('a documents service that does not answer is told by its setting, or as Pelton’s own where none is set', async () => {
  const error = await failure();
  expect(explainUnreachable(error, { mongodbUrl: 'mongodb://there', dataDir: '/data' })).toMatchObject({
    code: 'SETTING_WRONG',
    message: expect.stringMatching(/^PELTON_MONGODB_URL is wrong: no server answers there \(connect ECONN/) as string,
  });
  expect(explainUnreachable(error, { mongodbUrl: undefined, dataDir: '/data' })).toMatchObject({
    code: 'OWN_DOCUMENTS_SILENT',
    message: expect.stringMatching(
      /^Pelton’s own documents service, which keeps its files in \/data, started/,
    ) as string,
  });
});

test('any other error stays what it is', () => {
  const error = new Error('Something else');
  expect(explainUnreachable(error, { mongodbUrl: undefined, dataDir: '/data' })).toBe(error);
});
