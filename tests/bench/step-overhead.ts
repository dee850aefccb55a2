import type { StepInput } from '../support/api.js';
import { hasRedis, startRedis } from '../support/redis.js';
import { connect } from '../support/syncing.js';
import { type Figures, measure, median, round, settle } from './figures.js';
import { openWorkbench } from './workbench.js';

const STEPS = 10;
const ROUNDS = 7;
const MOST_MS = 12;
const MOST_MS_ON_REDIS = 5;

/** Milliseconds a step: of a pipeline of ten, and of their bare SQL one after the other. */
interface StepTimes {
  ours: number;
  bare: number;
}

/**
 * Milliseconds that a step costs above its bare SQL, in a pipeline of ten trivial steps of which each runs by itself. Steps
 * that are read through, as these would be without a time limit of their own, cost less; that is told beside it.
 */
export async function stepOverhead(): Promise<Figures> {
  const embedded = await overheadOn(undefined);
  const redis = hasRedis ? await startRedis() : undefined;
  const onRedis = redis && (await overheadOn(redis.url));
  await redis?.stop();
  const { ours, bare } = embedded.byItself;
  const overhead = aboveBare(embedded.byItself);
  const redisOverhead = onRedis && aboveBare(onRedis.byItself);
  return {
    unit: 'ms a step',
    ours: round(ours),
    baseline: round(bare),
    ratio: round(ours / bare),
    overhead,
    overheadOnRedis: redisOverhead ?? 'no redis-server here',
    overheadReadThrough: aboveBare(embedded.readThrough),
    bar: `overhead <= ${MOST_MS} ms a step on the embedded queue, <= ${MOST_MS_ON_REDIS} ms on Redis`,
    met: overhead <= MOST_MS && (redisOverhead ?? 0) <= MOST_MS_ON_REDIS,
  };
}

const aboveBare = ({ ours, bare }: StepTimes) => round(ours - bare);

async function overheadOn(queueUrl: string | undefined): Promise<{ byItself: StepTimes; readThrough: StepTimes }> {
  const { api, warehouse, close } = await openWorkbench({ queueUrl });
  try {
    await api.upload({ name: 'one.csv', content: 'a,b\n1,2\n' });
    await connect(api, { name: 'files', uses: 'file', config: { source: 'uploads' } });
    return {
      byItself: await timeSteps('by-itself', { timeout: 60 }),
      readThrough: await timeSteps('read-through', {}),
    };
  } finally {
    await close();
  }

  async function timeSteps(pipeline: string, limits: Pick<StepInput, 'timeout'>): Promise<StepTimes> {
    await api.publish(
      pipeline,
      trivialSteps().map((step) => ({ ...step, ...limits })),
    );
    const warm = await api.run(pipeline);
    const statements = warm.steps.map((step) => `SELECT count() FROM (${step.sql})`);
    const ours: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await settle();
      const run = await api.run(pipeline);
      ours.push(Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt));
      await settle();
      bare.push(
        await measure(async () => {
          for (const statement of statements) await warehouse.rows({ parts: [statement] });
        }),
      );
    }
    return { ours: median(ours) / STEPS, bare: median(bare) / STEPS };
  }
}

function trivialSteps(): StepInput[] {
  const filters = Array.from({ length: STEPS - 1 }, (_, index) => {
    const condition = { combinator: 'and', rules: [{ field: 'a', operator: '>', value: -index - 1 }] };
    return { id: `s${index + 1}`, uses: 'core/filter', inputs: { rows: `s${index}` }, with: { condition } };
  });
  return [{ id: 's0', uses: 'file/read', with: { connection: 'files', stream: 'one.csv' } }, ...filters];
}
