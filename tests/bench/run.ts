// npm run bench -- NAME: measures and prints one JSON line with `ours`, `baseline` and `ratio`.
import { ingest } from './ingest.js';
import { journeys } from './journeys.js';
import { pipelineSql } from './pipeline-sql.js';
import { retail } from './retail.js';
import { rowsThrough } from './rows-through.js';
import { start } from './start.js';
import { stepOverhead } from './step-overhead.js';
import { syncPostgres } from './sync-postgres.js';

const BENCHES = {
  'step-overhead': stepOverhead,
  'pipeline-sql': pipelineSql,
  'rows-through': rowsThrough,
  retail,
  ingest,
  'sync-postgres': syncPostgres,
  start,
  journeys,
};

const name = process.argv[2] ?? '';
if (!Object.hasOwn(BENCHES, name)) {
  console.error(`Usage: npm run bench -- ${Object.keys(BENCHES).join('|')}`);
  process.exit(1);
}
const figures = await BENCHES[name as keyof typeof BENCHES](); // just looked up
console.log(JSON.stringify({ bench: name, ...figures }));
