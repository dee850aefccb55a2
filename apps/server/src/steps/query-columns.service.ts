import { Injectable } from '@nestjs/common';
import type { Column } from '@pelton/contract';
import { emptyRelation } from '@pelton/warehouse';
import type { QueryKind, StepContext } from './step-kind.js';

const REMEMBERED = 2_000;
/** What columns a query has does not depend on when it looks back from. */
const ANY_TIME = new Date(0).toISOString();

/**
 * The columns that query steps give. They follow from the step's parameters and from the columns that arrive, so the
 * warehouse is asked once for each of those, over relations without rows.
 */
@Injectable()
export class QueryColumns {
  private readonly known = new Map<string, Column[]>();

  /** @throws SQL_FAILED when the query does not fit the columns that arrive */
  async of(kind: QueryKind<unknown>, context: StepContext): Promise<Column[]> {
    if (kind.columns) return kind.columns(context);
    const inputs = Object.fromEntries(
      Object.entries(context.inputs).map(([port, { columns }]) => [port, { sql: emptyRelation(columns), columns }]),
    );
    const query = await kind.compile({ ...context, inputs, asOf: ANY_TIME });
    const key = JSON.stringify([context.project.database, query]);
    const known = this.known.get(key);
    if (known) return known;
    const columns = await context.project.admin.columns(query);
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.set(key, columns);
    return columns;
  }
}
