import { z } from 'zod';
import { everyDay, graphOf, quoted } from '../parts.js';
import { purchaseOf } from '../project-facts.js';
import { datasetQuestion, eventQuestion, morningQuestion } from '../questions.js';
import { defineTemplate } from '../template.js';

/** Sets what users do on each day beside what is known of the day from outside, such as the weather. */
export const externalEnrichment = defineTemplate({
  id: 'external-enrichment',
  title: 'External enrichment',
  description: 'Sets what users did on each day beside what is known of it from outside, such as the weather',
  layer: 'collect',
  questions: z.object({
    event: eventQuestion('Which event is counted by day?'),
    itemType: z
      .string()
      .min(1, 'Choose what is known of each day')
      .max(200)
      .meta({
        title: 'What is known of each day',
        description: 'Items whose id is a day, such as 2026-11-21',
        ui: { widget: 'item_type' },
      }),
    dataset: datasetQuestion('days-with-context'),
    at: morningQuestion,
  }),
  suggest: (facts) => ({ event: purchaseOf(facts), itemType: dayItemsOf(facts.itemTypes) }),
  build: ({ event, itemType, dataset, at }, facts) => ({
    graph: graphOf(
      [
        {
          id: 'days',
          uses: 'core/sql',
          title: `${event} by day`.slice(0, 120),
          with: {
            query: `SELECT toString(toDate(timestamp)) AS day, count() AS events, uniqExact(user_id) AS users\nFROM events\nWHERE event = ${quoted(event)}\nGROUP BY day`,
          },
        },
        {
          id: 'context',
          uses: 'core/enrich',
          title: 'What is known of the day',
          with: { itemType, keys: [{ column: 'day', matches: 'item_id' }], columns: [] },
          inputs: { rows: 'days' },
        },
        {
          id: 'keep',
          uses: 'core/to-dataset',
          title: 'Keep the days',
          with: { dataset, mode: 'replace' },
          inputs: { rows: 'context' },
        },
      ],
      everyDay(facts, at),
    ),
  }),
});

/** Items of days are named so, or, being from outside, no event refers to them. */
function dayItemsOf(types: readonly { type: string; referredBy: readonly string[] }[]): string {
  const byName = types.find(({ type }) => /(^|_)(day|date)s?($|_)/.test(type));
  return (byName ?? types.find(({ referredBy }) => referredBy.length === 0))?.type ?? 'weather_day';
}
