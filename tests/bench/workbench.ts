import { type Services, startServices } from '@pelton/embedded';
import type { Project } from '@pelton/contract';
import { openWarehouse, type Warehouse, type WarehouseClient } from '@pelton/warehouse';
import { Api } from '../support/api.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';

/** A Pelton and, beside it, a client of the very same warehouse, so that both sides are measured on one engine. */
export interface Workbench {
  api: Api;
  warehouse: WarehouseClient;
  /** Where that warehouse is, for a client that is not ours. */
  clickhouseUrl: string;
  database: string;
  close: () => Promise<void>;
}

/** @param options.queueUrl a queue that is not the embedded one */
export async function openWorkbench(options: { queueUrl?: string | undefined } = {}): Promise<Workbench> {
  const dataDir = newDataDir();
  const services: Services = await startServices({ dataDir, ...options });
  const pelton: Pelton = await startPelton({
    env: {
      PELTON_MONGODB_URL: services.mongodbUrl,
      PELTON_QUEUE_URL: services.queueUrl,
      PELTON_CLICKHOUSE_URL: services.clickhouseUrl,
      PELTON_CLICKHOUSE_READER_URL: services.clickhouseReaderUrl ?? '',
    },
  });
  const api = await Api.signIn(pelton.url);
  const [project] = await api.get<Project[]>('/api/projects');
  const warehouse: Warehouse = openWarehouse({ url: services.clickhouseUrl });
  const { admin, database } = await warehouse.project(project?.id ?? '');
  return {
    api,
    warehouse: admin,
    clickhouseUrl: services.clickhouseUrl,
    database,
    async close() {
      await pelton.stop();
      await warehouse.close();
      await services.stop();
      removeDataDir(dataDir);
      removeDataDir(pelton.dataDir);
    },
  };
}
