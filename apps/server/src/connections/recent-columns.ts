import type { Column, Sql } from '@pelton/contract';
import type { ProjectSql } from '../infra/warehouse.service.js';

const FRESH_MS = 10_000;
const REMEMBERED = 500;

/** The columns of relations of sources, which may change at any time; a run asks when it is launched and when it reads. */
export class RecentColumns {
  private readonly known = new Map<string, { columns: Column[]; at: number }>();

  /** @throws what the warehouse says, also when it does not reach the source */
  async of({ admin, database }: ProjectSql, relation: Sql): Promise<Column[]> {
    const key = JSON.stringify([database, relation]);
    const known = this.known.get(key);
    if (known && performance.now() - known.at < FRESH_MS) return known.columns;
    const columns = await admin.columns(relation);
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.set(key, { columns, at: performance.now() });
    return columns;
  }
}
