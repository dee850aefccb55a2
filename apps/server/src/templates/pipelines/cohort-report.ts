import { z } from 'zod';
import { everyDay, graphOf, metricOf } from '../parts.js';
import { visitOf } from '../project-facts.js';
import { datasetQuestion, eventQuestion, morningQuestion } from '../questions.js';
import { defineTemplate } from '../template.js';

/** Keeps a table of cohorts: who came back in the periods after the first. */
export const cohortReport = defineTemplate({
  id: 'cohort-report',
  title: 'Cohort report',
  description: 'Keeps a table of who came back in the weeks or months after they began',
  layer: 'understand',
  questions: z.object({
    start: eventQuestion('Which event do they begin with?'),
    back: eventQuestion('Which event means that they came back?'),
    grain: z.enum(['week', 'month']).default('week').meta({ title: 'For each' }),
    dataset: datasetQuestion('cohort-report'),
    at: morningQuestion.meta({ title: 'Every Monday at' }),
  }),
  suggest: (facts) => ({ start: visitOf(facts), back: visitOf(facts) }),
  build: ({ start, back, grain, dataset, at }, facts) => {
    const metric = metricOf(
      'retention',
      'Retention',
      'retention',
      { startEvent: start, returnEvent: back },
      'Who comes back in the periods after the first',
    );
    return {
      metrics: [metric],
      graph: graphOf(
        [
          { id: 'retention', uses: 'core/metric', title: 'Retention', with: { metric: metric.name, grain } },
          {
            id: 'known',
            uses: 'core/filter',
            title: 'Periods with a value',
            with: { condition: { combinator: 'and', rules: [{ field: 'value', operator: 'notNull' }] } },
            inputs: { rows: 'retention' },
          },
          {
            id: 'percent',
            uses: 'core/formula',
            title: 'In percent',
            with: { columns: [{ name: 'percent', formula: 'round(100 * value, 1)' }] },
            inputs: { rows: 'known' },
          },
          {
            id: 'keep',
            uses: 'core/to-dataset',
            title: 'Keep the table',
            with: { dataset, mode: 'replace' },
            inputs: { rows: 'percent' },
          },
        ],
        everyDay(facts, at, '1'),
      ),
    };
  },
});
