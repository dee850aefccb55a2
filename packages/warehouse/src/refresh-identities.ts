import { sql } from '@pelton/sdk';
import type { ProjectWarehouse } from './warehouse.js';

/**
 * Brings the table `identities` up to date with what was claimed and parted since. Asking costs a few milliseconds: the
 * blocks that were ever written are numbered. The map itself is made anew only when something changed, because every query over events looks people up in it.
 * @returns whether anybody is in it
 */
export async function refreshIdentities({ admin, database }: ProjectWarehouse): Promise<boolean> {
  const { now, shown, rows } = await admin.row<{ now: string; shown: string; rows: number }>(sql`
    SELECT
      (SELECT concat('to ', toString(maxIf(max_block_number, table = 'identity_claims')), ' and ', toString(maxIf(max_block_number, table = 'identity_splits')))
        FROM system.parts WHERE database = ${database} AND table LIKE 'identity_%' AND active) AS now,
      comment AS shown,
      assumeNotNull(total_rows) AS rows
    FROM system.tables WHERE database = ${database} AND name = 'identities'`);
  if (now === shown) return rows > 0;
  // A comment has to be a literal; this one is made of two numbers.
  const comment = { parts: [`'${now}'`] };
  await admin.run(
    sql`CREATE OR REPLACE TABLE identities (identifier String, user_id String) ENGINE = MergeTree ORDER BY identifier COMMENT ${comment} AS SELECT identifier, user_id FROM identity_map`,
  );
  const { some } = await admin.row<{ some: number }>(sql`SELECT count() > 0 AS some FROM identities`);
  return some > 0;
}
