import { z } from 'zod';
import { everyDay, graphOf } from '../parts.js';
import { datasetQuestion, morningQuestion } from '../questions.js';
import { defineTemplate } from '../template.js';

/** Counts what is wrong with the newest events by name, and keeps what goes over a limit. */
export const dataQualityWatch = defineTemplate({
  id: 'data-quality-watch',
  title: 'Data-quality watch',
  description: 'Looks at the events of the last day: who sent them without a user, late or in the future',
  layer: 'collect',
  questions: z.object({
    percent: z
      .int()
      .min(0)
      .max(100)
      .default(5)
      .meta({ title: 'Tell of an event when more of it is wrong than', ui: { unit: '%' } }),
    late: z
      .int()
      .min(1)
      .max(720)
      .default(24)
      .meta({ title: 'Late means after', ui: { unit: 'hours' } }),
    dataset: datasetQuestion('data-quality'),
    at: morningQuestion,
  }),
  suggest: () => ({}),
  build: ({ percent, late, dataset, at }, facts) => ({
    graph: graphOf(
      [
        { id: 'counts', uses: 'core/sql', title: 'Events of a day', with: { query: countsQuery(late) } },
        {
          id: 'share',
          uses: 'core/formula',
          title: 'Share that is wrong',
          with: {
            columns: [{ name: 'wrong_percent', formula: 'round(100 * (without_user + late + future) / events, 1)' }],
          },
          inputs: { rows: 'counts' },
        },
        {
          id: 'wrong',
          uses: 'core/filter',
          title: `More than ${percent} %`,
          with: {
            condition: { combinator: 'and', rules: [{ field: 'wrong_percent', operator: '>', value: percent }] },
          },
          inputs: { rows: 'share' },
        },
        {
          id: 'keep',
          uses: 'core/to-dataset',
          title: 'Keep what is wrong',
          with: { dataset, mode: 'append' },
          inputs: { rows: 'wrong' },
        },
      ],
      everyDay(facts, at),
    ),
  }),
});

function countsQuery(lateHours: number): string {
  return `SELECT toDate(newest) AS day, event, count() AS events,
  countIf(user_id = '' AND anonymous_id = '') AS without_user,
  countIf(received_at > timestamp + INTERVAL ${lateHours} HOUR) AS late,
  countIf(timestamp > received_at + INTERVAL 1 HOUR) AS future
FROM events
CROSS JOIN (SELECT max(received_at) AS newest FROM events) AS latest
WHERE received_at > newest - INTERVAL 1 DAY
GROUP BY day, event`;
}
