import { Injectable } from '@nestjs/common';
import type { Column } from '@pelton/contract';
import { emptyRelation } from '@pelton/warehouse';
import { KnownColumns } from '../infra/known-columns.js';
import type { QueryKind, StepContext } from './step-kind.js';

/** What columns a query has does not depend on when it looks back from. */
const ANY_TIME = new Date(0).toISOString();

/**
 * The columns that query steps give. They follow from the step's parameters and from the columns that arrive, so the
 * warehouse is asked once for each of those, over relations without rows.
 */
@Injectable()
export class QueryColumns {
  private readonly known = new KnownColumns();

  /** @throws SQL_FAILED when the query does not fit the columns that arrive */
  async of(kind: QueryKind<unknown>, context: StepContext): Promise<Column[]> {
    if (kind.columns) return kind.columns(context);
    const inputs = Object.fromEntries(
      Object.entries(context.inputs).map(([port, { columns }]) => [port, { sql: emptyRelation(columns), columns }]),
    );
    const query = await kind.compile({ ...context, inputs, asOf: ANY_TIME });
    return this.known.of(context.project, query);
  }
}
