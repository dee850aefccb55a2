import { type Column, describeColumn, type Relation } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import type { Engine, TableRow } from '@pelton/sdk/testing';
import type { ProjectSql } from '../../infra/warehouse.service.js';
import { RunDefinitions } from '../run-definitions.js';
import type { AnyStepKind, StepContext } from '../step-kind.js';

/** A table of the engine as the relation that would arrive at a port. */
export function relationOf(engine: Engine, name: string, columns: Record<string, string>, rows: TableRow[]): Relation {
  const table = engine.table(name, columns, rows);
  const described: Column[] = Object.entries(columns).map(([column, type]) => describeColumn(column, type));
  return { sql: sql`SELECT * FROM ${table}`, columns: described };
}

/** What a step knows when it is compiled over these inputs. The gate lets everything through: it has tests of its own. */
export function stepContext(kind: AnyStepKind, params: unknown, inputs: Record<string, Relation>): StepContext<never> {
  const admit = (text: string) => Promise.resolve(text);
  const gate = { admitFormula: admit, admitSelect: admit };
  return {
    projectId: 'p',
    project: { gate, database: 'default' } as unknown as ProjectSql, // a compile asks for no more
    params: kind.params.parse(params) as never, // read by the kind's own schema, as the server does
    inputs,
    timezone: 'UTC',
    asOf: '2026-11-21T00:00:00Z',
    definitions: new RunDefinitions({ metrics: [], tags: [], experiments: [], messages: [] }),
  };
}
