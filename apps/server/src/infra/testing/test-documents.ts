import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServices } from '@pelton/embedded';
import mongoose, { type Model, type Schema } from 'mongoose';

/** Documents of a server of their own, for what is settled by their atomic writes, and a warehouse when it is asked for. */
export interface TestDocuments {
  /** A model with its indexes made. */
  model<T>(name: string, schema: Schema<T>): Promise<Model<T>>;
  clickhouseUrl: string;
  close(): Promise<void>;
}

export async function openTestDocuments(options: { hasWarehouse?: boolean } = {}): Promise<TestDocuments> {
  const folder = mkdtempSync(join(tmpdir(), 'pelton-'));
  const services = await startServices({
    dataDir: folder,
    queueUrl: 'redis://unused',
    ...(!options.hasWarehouse && { clickhouseUrl: 'http://unused' }),
  });
  const connection = await mongoose.createConnection(services.mongodbUrl, { dbName: 'test' }).asPromise();
  return {
    clickhouseUrl: services.clickhouseUrl,
    async model<T>(name: string, schema: Schema<T>) {
      const model = connection.model(name, schema) as unknown as Model<T>; // mongoose derives a wider type
      await model.init();
      return model;
    },
    async close() {
      await connection.close();
      await services.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 }); // a service that was killed may still be ending
    },
  };
}
