import type { ExperimentInput, Graph, ItemTypeInput, MessageInput, MetricInput, TagInput } from '@pelton/contract';
import { winBackParts } from '../templates/win-back-parts.js';
import { BANNER } from './sample.queries.js';

/** What events refer to: products by two names, as the website and the shop's own system write them. */
export const ITEM_TYPES: Record<string, ItemTypeInput> = {
  product: { title: 'Products', referredBy: ['product', 'product_id'] },
  weather_day: { title: 'Weather', referredBy: [] },
};

/** What the sample project starts with: enough of each noun to see how they hang together. */
export const METRICS: MetricInput[] = [
  {
    name: 'revenue',
    title: 'Revenue',
    description: 'What paid orders brought in',
    template: 'sum',
    params: { event: 'Order Completed', property: 'amount', unit: '£', dimensions: ['country', 'category'] },
  },
  {
    name: 'orders',
    title: 'Orders',
    description: '',
    template: 'count',
    params: { event: 'Order Completed', unit: 'orders', dimensions: ['country'] },
  },
  {
    name: 'products-viewed',
    title: 'Products viewed',
    description: 'By what is known of each product',
    template: 'count',
    params: { event: 'Product Viewed', unit: 'views', dimensions: ['@product.category', '@product.name'] },
  },
  {
    name: 'active-users',
    title: 'Active users',
    description: 'People who did anything',
    template: 'unique_users',
    params: {},
  },
  {
    name: 'average-order',
    title: 'Average order',
    description: '',
    template: 'mean',
    params: { event: 'Order Completed', property: 'amount', unit: '£' },
  },
  {
    name: 'ordered',
    title: 'Ordered',
    description: 'Share of active people who ordered',
    template: 'proportion',
    params: { event: 'Order Completed' },
  },
  {
    name: 'repeat-purchase-rate',
    title: 'Repeat purchase rate',
    description: 'People with two or more orders among those with one or more',
    template: 'proportion',
    params: { event: 'Order Completed', times: 2, outOfEvent: 'Order Completed' },
  },
  {
    name: 'retention',
    title: 'Retention',
    description: 'Who comes back in the weeks after the first visit',
    template: 'retention',
    params: { startEvent: 'Page Viewed', returnEvent: 'Page Viewed' },
  },
];

/** The template of that name, over what the sample has. */
const WIN_BACK = winBackParts('Order Completed', { days: 90, share: 10, message: 'win-back-mail' });
const [LAPSED, ...OFFER] = WIN_BACK.steps;
/** Here they are looked for once the orders are there. */
const WIN_BACK_STEPS = [{ ...LAPSED, inputs: { users: 'events' } }, ...OFFER].map((step) => ({ inputs: {}, ...step }));

const did = (event: string, more: object = {}) => ({ kind: 'did', event, ...more });
const where = (field: string, operator: string, value: string) => ({
  combinator: 'and',
  rules: [{ field, operator, value }],
});

export const TAGS: TagInput[] = [
  WIN_BACK.tag,
  {
    name: 'expecting-a-child',
    title: 'Expecting a child',
    description: 'Bought something for a baby',
    template: 'behaviour',
    params: {
      rules: [did('Order Completed', { days: 180, where: where('category', '=', 'baby') })],
    } as TagInput['params'],
  },
  {
    name: 'car-enthusiast',
    title: 'Car enthusiast',
    description: 'Searched for car things twice or more',
    template: 'behaviour',
    params: {
      rules: [did('Searched', { times: 2, days: 180, where: where('term', 'contains', 'car') })],
    } as TagInput['params'],
  },
];

export const EXPERIMENTS: ExperimentInput[] = [
  {
    name: BANNER.name,
    title: 'Free delivery banner',
    description: '',
    hypothesis: 'A banner that promises free delivery brings more people to order within two weeks.',
    engine: 'frequentist',
    params: {},
    variations: BANNER.variations,
    coverage: 1,
    seed: '',
    metrics: [
      { metric: 'ordered', role: 'goal', windowDays: 14 },
      { metric: 'revenue', role: 'secondary', windowDays: 14 },
    ],
  },
  WIN_BACK.experiment,
];

export const MESSAGE: Omit<MessageInput, 'connection'> = {
  name: 'win-back-mail',
  title: 'Win-back mail',
  description: '',
  content: {
    subject: '{{ user.first_name }}, we kept your basket warm',
    html: `<h1>Hello {{ user.first_name }}</h1>
<p>It has been a while. Here are 15 % off your next order, wherever you are in {{ user.country }}.</p>
<p><a href="https://shop.example/welcome-back?code=WARM15">Take 15 % off</a></p>
<p style="color: #667">You get this because you ordered from Brindle Gifts. <a href="{{ unsubscribe_url }}">Unsubscribe</a></p>`,
  },
};

/** Orders from a file become events; lapsed buyers are found, parted, and one half of a tenth gets a mail. */
export const PIPELINE: { name: string; title: string; description: string; graph: Graph } = {
  name: 'win-back-lapsed-buyers',
  title: 'Win back lapsed buyers',
  description: 'Orders come in, lapsed buyers are found, an offer is tried on a few of them.',
  graph: {
    layout: {},
    steps: [
      {
        id: 'orders',
        uses: 'file/read',
        title: 'Shop orders',
        with: { connection: 'shop-exports', stream: 'orders.parquet' },
        inputs: {},
      },
      {
        id: 'paid',
        uses: 'core/filter',
        title: 'Paid orders only',
        with: { condition: { combinator: 'and', rules: [{ field: 'status', operator: '=', value: 'paid' }] } },
        inputs: { rows: 'orders' },
      },
      {
        id: 'events',
        uses: 'core/to-events',
        title: 'Order Completed',
        with: {
          event: 'Order Completed',
          userId: 'customer_id',
          timestamp: 'ordered_at',
          onePer: 'order_id',
          properties: ['order_id', 'product_id', 'category', 'quantity', 'amount', 'country'].map((column) => ({
            name: column,
            column,
            measure: 'first',
          })),
        },
        inputs: { rows: 'paid' },
      },
      {
        id: 'revenue',
        uses: 'core/metric',
        title: 'Revenue',
        with: { metric: 'revenue', grain: 'month' },
        inputs: { users: 'events' },
      },
      {
        id: 'repeat',
        uses: 'core/metric',
        title: 'Repeat purchase rate',
        with: { metric: 'repeat-purchase-rate', grain: 'month' },
        inputs: { users: 'events' },
      },
      ...WIN_BACK_STEPS,
    ],
  },
};
