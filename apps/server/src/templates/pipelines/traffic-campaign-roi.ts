import { z } from 'zod';
import { everyDay, graphOf, quoted } from '../parts.js';
import { purchaseOf, visitOf } from '../project-facts.js';
import { datasetQuestion, daysQuestion, eventQuestion, morningQuestion, propertyQuestion } from '../questions.js';
import { defineTemplate } from '../template.js';

/** What each campaign brought in against what its visits cost. */
export const trafficCampaignRoi = defineTemplate({
  id: 'traffic-campaign-roi',
  title: 'Traffic campaign ROI',
  description: 'Sets what the visitors of each campaign ordered against what their visits cost',
  layer: 'understand',
  questions: z.object({
    visit: eventQuestion('Which event is a visit?'),
    campaign: propertyQuestion('Which property names the campaign?', 'visit', 'campaign'),
    purchase: eventQuestion('Which event means a purchase?'),
    amount: propertyQuestion('Which property holds the amount?', 'purchase', 'amount'),
    cost: z.number().min(0).max(10_000).default(0.2).meta({ title: 'What a visit costs' }),
    days: daysQuestion('An order counts within', 30),
    dataset: datasetQuestion('campaign-roi'),
    at: morningQuestion,
  }),
  suggest: (facts) => ({ visit: visitOf(facts), purchase: purchaseOf(facts) }),
  build: ({ cost, dataset, at, ...answers }, facts) => ({
    graph: graphOf(
      [
        { id: 'visitors', uses: 'core/sql', title: 'Visitors by campaign', with: { query: visitorsQuery(answers) } },
        {
          id: 'campaigns',
          uses: 'core/aggregate',
          title: 'One row a campaign',
          with: {
            groupBy: ['campaign'],
            measures: [
              { name: 'visitors', measure: 'count' },
              { name: 'visits', measure: 'sum', column: 'visits' },
              { name: 'revenue', measure: 'sum', column: 'revenue' },
            ],
          },
          inputs: { rows: 'visitors' },
        },
        {
          id: 'roi',
          uses: 'core/formula',
          title: 'Return',
          with: {
            columns: [
              { name: 'cost', formula: `round(visits * ${cost}, 2)` },
              {
                name: 'return_percent',
                formula: `round(100 * (revenue - visits * ${cost}) / nullIf(visits * ${cost}, 0), 1)`,
              },
            ],
          },
          inputs: { rows: 'campaigns' },
        },
        {
          id: 'best',
          uses: 'core/sort',
          title: 'Best first',
          with: { by: [{ column: 'revenue', direction: 'descending' }] },
          inputs: { rows: 'roi' },
        },
        {
          id: 'keep',
          uses: 'core/to-dataset',
          title: 'Keep the table',
          with: { dataset, mode: 'replace' },
          inputs: { rows: 'best' },
        },
      ],
      everyDay(facts, at),
    ),
  }),
});

interface Words {
  visit: string;
  campaign: string;
  purchase: string;
  amount: string;
  days: number;
}

/** One row a visitor and campaign: the visits, and what was ordered in the days after the first of them. */
function visitorsQuery({ visit, campaign, purchase, amount, days }: Words): string {
  return `SELECT visits.user_id AS user_id, visits.campaign AS campaign, any(visits.visits) AS visits,
  sumIf(orders.amount, orders.at >= visits.first_at AND orders.at < visits.first_at + INTERVAL ${days} DAY) AS revenue
FROM (
  SELECT user_id, toString(properties.${campaign}) AS campaign, count() AS visits, min(timestamp) AS first_at
  FROM events WHERE event = ${quoted(visit)} AND toString(properties.${campaign}) != '' AND user_id != ''
  GROUP BY user_id, campaign
) AS visits
LEFT JOIN (
  SELECT user_id, timestamp AS at, ifNull(toFloat64OrNull(toString(properties.${amount})), 0) AS amount
  FROM events WHERE event = ${quoted(purchase)}
) AS orders ON orders.user_id = visits.user_id
GROUP BY user_id, campaign`;
}
