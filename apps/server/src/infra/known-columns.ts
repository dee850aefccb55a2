import type { Column, Sql } from '@pelton/contract';
import type { ProjectSql } from './warehouse.service.js';

const REMEMBERED = 2_000;

/** The columns of queries, each asked of the warehouse once in a while. */
export class KnownColumns {
  private readonly known = new Map<string, { columns: Column[]; at: number }>();

  /** @param freshMs how long an answer holds; for ever when it follows from the query alone */
  constructor(private readonly freshMs = Infinity) {}

  /** @throws what the warehouse says, which is asked again the next time */
  async of({ admin, database }: Pick<ProjectSql, 'admin' | 'database'>, query: Sql): Promise<Column[]> {
    const key = JSON.stringify([database, query]);
    const known = this.known.get(key);
    if (known && performance.now() - known.at < this.freshMs) return known.columns;
    const columns = await admin.columns(query);
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.set(key, { columns, at: performance.now() });
    return columns;
  }
}
