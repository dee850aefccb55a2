import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { type Column, describeColumn, type Relation, type Sql } from '@pelton/contract';
import { startServices } from '@pelton/embedded';
import { identifier, join, sql } from '@pelton/sdk';
import type { TableRow } from '@pelton/sdk/testing';
import { openGate, openWarehouse } from '@pelton/warehouse';
import type { ProjectSql } from '../../infra/warehouse.service.js';
import { firstRows } from '../../runs/measure.js';
import { RunDefinitions } from '../run-definitions.js';
import type { ActionKind, StepOutcome, StepRunContext } from '../step-kind.js';

/** A project on a warehouse of its own, for steps that write. */
export interface TestProject {
  project: ProjectSql;
  /** A table as the relation that would arrive at a port. */
  relation(name: string, columns: Record<string, string>, rows: TableRow[]): Promise<Relation>;
  /** Runs a step as the engine would. */
  run<P>(kind: ActionKind<P>, params: object, options: RunOptions): Promise<StepOutcome>;
  rows(relation: Relation | undefined): Promise<TableRow[]>;
  close(): Promise<void>;
}

type RunOptions = { inputs: Record<string, Relation> } & Partial<Omit<StepRunContext, 'params' | 'inputs' | 'project'>>;

export async function openTestProject(): Promise<TestProject> {
  const folder = mkdtempSync(joinPath(tmpdir(), 'pelton-'));
  const services = await startServices({ dataDir: folder, mongodbUrl: 'mongodb://unused', queueUrl: 'redis://unused' });
  const warehouse = openWarehouse({ url: services.clickhouseUrl, readerUrl: services.clickhouseReaderUrl });
  const opened = await warehouse.project('p');
  const project: ProjectSql = { ...opened, projectId: 'p', gate: openGate(opened) };
  const { admin, database } = project;
  return {
    project,
    async relation(name, types, rows) {
      const columns: Column[] = Object.entries(types).map(([column, type]) => describeColumn(column, type));
      const list = columns.map(({ name: column, type }): Sql => sql`${identifier(column)} ${{ parts: [type] }}`);
      await admin.run(
        sql`CREATE OR REPLACE TABLE ${identifier(name)} (${join(list)}) ENGINE = MergeTree ORDER BY tuple()`,
      );
      await admin.insert(name, rows);
      return { sql: sql`SELECT * FROM ${identifier(database, name)}`, columns };
    },
    run: (kind, params, options) => kind.run(runContext(project, kind.params.parse(params), options)),
    rows: (relation) => (relation ? admin.rows<TableRow>(relation.sql) : Promise.resolve([])),
    async close() {
      await warehouse.close();
      await services.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 }); // a service that was killed may still be ending
    },
  };
}

function runContext<P>(project: ProjectSql, params: P, options: RunOptions): StepRunContext<P> {
  const { runId = 'run1', stepId = 'step', timezone = 'UTC', asOf = '2026-11-21T00:00:00.000Z' } = options;
  return {
    projectId: project.projectId,
    project,
    params,
    timezone,
    asOf,
    definitions: new RunDefinitions({ metrics: [], tags: [], experiments: [], messages: [] }),
    runId,
    stepId,
    pipeline: 'journey',
    version: 1,
    isDraft: false,
    isReadOn: false,
    view: { database: project.database, timezone, asOf },
    signal: new AbortController().signal,
    stage: (name) => `stage_${runId}_${stepId}_1_${name}`,
    keep: (name) => `stage_${runId}_${stepId}_kept_${name}`,
    show: () => undefined,
    confirm: () => Promise.resolve(),
    firstRows: (relation) => firstRows(project, relation),
    ...options,
  };
}
