import { expect, test } from 'vitest';
import { property, type ValueTime } from './property.js';
import { toReadable } from './sql.js';

test.each<[string, ValueTime, string]>([
  ['price', 'at_the_time_of_the_event', 'toString(`properties`.`price`)'],
  ['@product.price', 'latest', 'toString(`properties`.`@product`.`price`)'],
  ['@product.price', 'at_the_time_of_the_event', 'toString(`properties`.`@@product`.`price`)'],
  ['@@product.price', 'latest', 'toString(`properties`.`@@product`.`price`)'],
])('%s, %s', (name, values, expected) => {
  expect(toReadable(property(name, 'text', values))).toBe(expected);
});
