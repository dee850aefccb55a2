import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { openGate, openWarehouse, type ProjectWarehouse, type SqlGate, type Warehouse } from '@pelton/warehouse';
import { CONFIG, type Config } from '../config.js';

/** The project's database with the gate that SQL written by people has to pass. */
export interface ProjectSql extends ProjectWarehouse {
  projectId: string;
  gate: SqlGate;
}

/** The server's one connection to the warehouse. */
@Injectable()
export class WarehouseService implements OnApplicationShutdown {
  private readonly warehouse: Warehouse;
  private readonly gates = new WeakMap<ProjectWarehouse, SqlGate>();

  constructor(@Inject(CONFIG) config: Config) {
    if (!config.clickhouseUrl) throw new Error('The warehouse has no URL; services start before the application');
    this.warehouse = openWarehouse({ url: config.clickhouseUrl, readerUrl: config.clickhouseReaderUrl });
  }

  /** @throws SERVICE_DOWN */
  async project(projectId: string): Promise<ProjectSql> {
    const project = await this.warehouse.project(projectId);
    const gate = this.gates.get(project) ?? openGate(project);
    this.gates.set(project, gate);
    return { ...project, projectId, gate };
  }

  async dropProject(projectId: string): Promise<void> {
    await this.warehouse.dropProject(projectId);
  }

  ping(): Promise<void> {
    return this.warehouse.ping();
  }

  onApplicationShutdown(): Promise<void> {
    return this.warehouse.close();
  }
}
