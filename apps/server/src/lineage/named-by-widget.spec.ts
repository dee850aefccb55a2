import { expect, test } from 'vitest';
import { namedByWidget } from './named-by-widget.js';

const form = {
  properties: {
    event: { type: 'string', ui: { widget: 'event' } },
    rules: { type: 'array', items: { $ref: '#/$defs/rule' } },
  },
  $defs: {
    rule: { anyOf: [{ properties: { event: { ui: { widget: 'event' } }, property: { ui: { widget: 'property' } } } }] },
  },
};

test('finds the events that parameters name, wherever the form asks for one', () => {
  const params = { event: 'Paid', rules: [{ event: 'Viewed', property: 'price' }, { event: 'Paid' }], other: 'x' };
  expect(namedByWidget(form, params, 'event')).toEqual(['Paid', 'Viewed']);
});
