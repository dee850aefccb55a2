import { readdirSync } from 'node:fs';
import { identifier, sql } from '@pelton/sdk';
import { DatasetsService } from '../../datasets/datasets.service.js';
import type { TestApp } from '../../journeys/testing/test-app.js';
import { MessagesService } from '../../messages/messages.service.js';

/** All that outlives a run: the rows of the project's tables, its datasets, its mails and the files of a folder outside. */
export async function allKept({ app, actor, project }: TestApp, folder: string): Promise<unknown> {
  const { admin, database } = project;
  const tables = await admin.rows<{ name: string; engine: string }>(
    sql`SELECT name, engine FROM system.tables WHERE database = ${database} AND engine LIKE '%MergeTree' AND NOT startsWith(name, 'stage_') ORDER BY name`,
  );
  const counts = tables.map(async ({ name, engine }) => {
    const final = { parts: [engine === 'MergeTree' ? '' : ' FINAL'] };
    return [
      name,
      (await admin.row<{ count: number }>(sql`SELECT count() AS count FROM ${identifier(name)}${final}`)).count,
    ];
  });
  return {
    rows: await Promise.all(counts),
    datasets: (await app.get(DatasetsService).list(actor.projectId)).map(({ name, rows }) => [name, rows]),
    messages: await app.get(MessagesService).counts(actor.projectId, 'hello'),
    files: readdirSync(folder),
  };
}
