import { Readable } from 'node:stream';
import type { Step } from '@pelton/contract';
import { ConnectionsService } from '../../connections/connections.service.js';
import { ExperimentsService } from '../../experiments/experiments.service.js';
import { FilesService } from '../../files/files.service.js';
import { people, step } from '../../journeys/testing/journey-steps.js';
import type { TestApp } from '../../journeys/testing/test-app.js';
import { MailCatcher } from '../../mails/mail-catcher.service.js';
import { MessagesService } from '../../messages/messages.service.js';
import { MetricsService } from '../../metrics/metrics.service.js';
import { TagsService } from '../../tags/tags.service.js';

/** When the runs of the cases look back from. */
export const CASES_AS_OF = '2030-01-07T10:00:00.000Z';

/** A kind of step over a known table in a pipeline that is run: what it gives, and what it has stored. */
export interface KindCase {
  uses: string;
  /** The step that the case is of is the one of this kind. */
  steps: Step[];
  /** The rows of each of its ports, in the order of their text. Columns that differ each time are left out. */
  gives: Record<string, unknown[][]>;
  without?: string[];
  /** A query of the project's tables, and what it finds afterwards. */
  stored?: { query: string; rows: unknown[][] };
}

const ORDERS = step('orders', 'file/read', { connection: 'uploads', stream: 'orders.csv' });
const onOrders = (uses: string, params: object): Step[] => [ORDERS, step('it', uses, params, { rows: 'orders' })];
const onPeople = (uses: string, params: object): Step[] => [
  people('ann', 'bob'),
  step('it', uses, params, { users: 'people' }),
];
const day = (date: string) => `${date}T00:00:00.000Z`;
const ORDER_ROWS = [
  ['ann', day('2030-01-01'), 20],
  ['ann', day('2030-01-03'), 7],
  ['bob', day('2030-01-02'), 5],
];

/** Kinds that the guide of steps does not show. @param callable a pipeline that gives back the rows that it gets */
export function kindCases(callable: string): KindCase[] {
  return [
    { uses: 'file/read', steps: [ORDERS], gives: { rows: ORDER_ROWS } },
    {
      uses: 'file/write',
      steps: onOrders('file/write', { connection: 'exports', file: 'orders.csv' }),
      gives: { taken: ORDER_ROWS, refused: [] },
    },
    { uses: 'core/trigger', steps: [step('it', 'core/trigger', {})], gives: { rows: [['2030-01-07T10:00:00.000Z']] } },
    { uses: 'core/dataset', steps: [step('it', 'core/dataset', { dataset: 'plans' })], gives: { rows: PLANS } },
    {
      uses: 'core/to-events',
      steps: onOrders('core/to-events', {
        ...{ event: 'Ordered', userId: 'who', timestamp: 'day' },
        properties: [{ name: 'amount', column: 'amount' }],
      }),
      without: ['message_id', 'received_at', 'source'],
      gives: {
        events: [
          ['track', 'Ordered', 'ann', '', day('2030-01-01'), { amount: 20 }, {}],
          ['track', 'Ordered', 'ann', '', day('2030-01-03'), { amount: 7 }, {}],
          ['track', 'Ordered', 'bob', '', day('2030-01-02'), { amount: 5 }, {}],
        ],
      },
      stored: {
        query: `SELECT user_id, count(), sum(properties.amount::Int64) FROM events FINAL WHERE event = 'Ordered' GROUP BY 1 ORDER BY 1`,
        rows: [
          ['ann', 2, 27],
          ['bob', 1, 5],
        ],
      },
    },
    {
      uses: 'core/to-users',
      steps: onOrders('core/to-users', {
        userId: 'who',
        updatedAt: 'day',
        traits: [{ name: 'last_amount', column: 'amount' }],
      }),
      gives: {
        users: [
          ['ann', 7],
          ['bob', 5],
        ],
      },
      stored: {
        query: `SELECT user_id, argMax(value, updated_at) FROM user_traits FINAL WHERE trait = 'last_amount' GROUP BY 1 ORDER BY 1`,
        rows: [
          ['ann', '7'],
          ['bob', '5'],
        ],
      },
    },
    {
      uses: 'core/to-items',
      steps: onOrders('core/to-items', {
        type: 'order',
        itemId: 'amount',
        properties: [{ name: 'who', column: 'who' }],
      }),
      gives: {
        items: [
          ['20', 'ann'],
          ['5', 'bob'],
          ['7', 'ann'],
        ],
      },
      stored: {
        query: `SELECT item_id, value FROM item_properties FINAL WHERE type = 'order' AND property = 'who' ORDER BY 1`,
        rows: [
          ['20', 'ann'],
          ['5', 'bob'],
          ['7', 'ann'],
        ],
      },
    },
    {
      uses: 'core/to-dataset',
      steps: onOrders('core/to-dataset', { dataset: 'orders-kept', mode: 'merge', key: ['who'] }),
      gives: { rows: [ORDER_ROWS[1] ?? [], ORDER_ROWS[2] ?? []] },
    },
    {
      uses: 'core/metric',
      steps: [step('it', 'core/metric', { metric: 'revenue', grain: 'month' })],
      gives: {
        values: [
          [day('2029-11-01'), '', 5, 5, null, 1],
          [day('2029-12-01'), '', 20, 20, null, 1],
        ],
      },
    },
    {
      uses: 'core/metric',
      steps: [
        people('ann', 'cy'),
        step('it', 'core/metric', { metric: 'revenue', grain: 'month' }, { users: 'people' }),
      ],
      gives: { values: [[day('2029-12-01'), '', 20, 20, null, 1]] },
      stored: { query: `SELECT sum(value) FROM metric_values WHERE metric_id = 'revenue'`, rows: [[25]] },
    },
    {
      uses: 'core/tag',
      steps: [step('it', 'core/tag', { tag: 'buyers' })],
      gives: {
        users: [
          ['ann', '', 1, '1 × Bought, last 5 Dec 2029', CASES_AS_OF],
          ['bob', '', 1, '1 × Bought, last 5 Nov 2029', CASES_AS_OF],
        ],
      },
      stored: {
        query: `SELECT user_id FROM tag_members WHERE tag_id = 'buyers' ORDER BY 1`,
        rows: [['ann'], ['bob']],
      },
    },
    {
      uses: 'core/experiment',
      steps: onPeople('core/experiment', { experiment: 'offer' }),
      gives: { plain: [], offer: [['ann'], ['bob']] },
      without: ['variation', 'at'],
      stored: {
        query: `SELECT user_id, variation FROM assignments WHERE experiment_id = 'offer' ORDER BY 1`,
        rows: [
          ['ann', 'offer'],
          ['bob', 'offer'],
        ],
      },
    },
    {
      uses: 'core/message',
      steps: onPeople('core/message', { message: 'hello' }),
      gives: {
        users: [
          ['ann', 'sent', ''],
          ['bob', 'suppressed', 'no email'],
        ],
      },
      without: ['delivery_id'],
    },
    {
      uses: 'core/pipeline',
      steps: [people('ann'), step('it', 'core/pipeline', { pipeline: callable }, { rows: 'people' })],
      gives: { kept: [['ann', 7]] },
    },
    {
      uses: 'core/input',
      steps: [step('it', 'core/input', { columns: [{ name: 'user_id', family: 'text' }] })],
      gives: { rows: [] },
    },
    {
      uses: 'core/enrich',
      steps: onOrders('core/enrich', { dataset: 'plans', keys: [{ column: 'who' }] }),
      gives: {
        rows: [
          ['ann', day('2030-01-01'), 20, 'pro'],
          ['ann', day('2030-01-03'), 7, 'pro'],
          ['bob', day('2030-01-02'), 5, null],
        ],
        unmatched: [['bob', day('2030-01-02'), 5]],
      },
    },
    {
      uses: 'core/sql',
      steps: onOrders('core/sql', { query: 'SELECT who, sum(amount) AS spent FROM input GROUP BY who' }),
      gives: {
        rows: [
          ['ann', 27],
          ['bob', 5],
        ],
      },
    },
  ];
}

const PLANS = [['ann', 'pro']];

/** What the cases find in the project. @param exports a folder that files may be written to */
export async function prepareKindCases(
  server: TestApp,
  { exports, callable }: { exports: string; callable: string },
): Promise<void> {
  const { app, actor, project } = server;
  const { projectId } = actor;
  const csv = ['who,day,amount', 'ann,2030-01-01,20', 'ann,2030-01-03,7', 'bob,2030-01-02,5'].join('\n');
  await app.get(FilesService).store(projectId, 'orders.csv', Readable.from([Buffer.from(csv)]));
  const connect = (name: string, kind: 'connector' | 'channel', uses: string, config: object) =>
    app
      .get(ConnectionsService)
      .create(projectId, { name, title: name, kind, uses, config: { ...config }, secrets: {} });
  await connect('uploads', 'connector', 'file', { source: 'uploads' });
  await connect('exports', 'connector', 'file', { source: 'folder', folder: exports });
  const port = app.get(MailCatcher).port() ?? 0;
  await connect('mail', 'channel', 'email', { host: '127.0.0.1', port, secure: 'none', from: 'shop@example.org' });

  const told = { description: '' };
  const revenue = { event: 'Bought', property: 'amount' };
  await app.get(MetricsService).create(actor, named('revenue', { ...told, template: 'sum', params: revenue }));
  const rules = [{ kind: 'did', event: 'Bought' }];
  await app.get(TagsService).create(actor, named('buyers', { ...told, template: 'behaviour', params: { rules } }));
  const variations = [
    { key: 'plain', title: 'Plain', weight: 0 },
    { key: 'offer', title: 'Offer', weight: 1 },
  ];
  const test = {
    ...told,
    hypothesis: '',
    engine: 'frequentist',
    params: {},
    variations,
    coverage: 1,
    seed: '',
    metrics: [],
  };
  await app.get(ExperimentsService).create(actor, named('offer', test));
  const content = { subject: 'Hello', html: '<p>Hello</p>' };
  await app.get(MessagesService).create(actor, named('hello', { ...told, connection: 'mail', content }));

  await project.admin.insert('events', [
    bought('ann', '2029-12-05T00:00:00Z', 20),
    bought('bob', '2029-11-05T00:00:00Z', 5),
  ]);
  const trait = { user_id: 'ann', trait: 'email', value: 'ann@example.org', updated_at: '2029-12-05T00:00:00Z' };
  await project.admin.insert('user_traits', [trait]);
  const plans = await server.publish([
    step('plans', 'core/sql', { query: "SELECT 'ann' AS who, 'pro' AS plan" }),
    step('kept', 'core/to-dataset', { dataset: 'plans', key: ['who'] }, { rows: 'plans' }),
  ]);
  await server.run(plans, CASES_AS_OF);
  const takes = {
    columns: [
      { name: 'user_id', family: 'text' },
      { name: 'points', family: 'number' },
    ],
  };
  const gives = step('kept', 'core/deduplicate', { keys: ['user_id'] }, { rows: 'input' });
  await server.publish([step('input', 'core/input', takes), gives], callable);
}

const named = <T extends object>(name: string, rest: T) => ({ name, title: name, ...rest });
export const bought = (userId: string, at: string, amount: number) => ({
  ...{ message_id: `bought-${userId}`, type: 'track', event: 'Bought', user_id: userId },
  ...{ timestamp: at, received_at: at, properties: { amount } },
});
