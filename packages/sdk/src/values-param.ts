import { z } from 'zod';
import type { ValueTime } from './property.js';

/** A parameter by which a person chooses which values of users and items count; for {@link property}. */
export function valuesParam() {
  return z
    .enum(['latest', 'at_the_time_of_the_event'] satisfies ValueTime[])
    .default('latest')
    .meta({
      title: 'Values of users and items',
      description: 'Whether @user.plan or @product.price means the latest value, or the one at the time of the event.',
      ui: { advanced: true },
    });
}

/** A sentence to add to what a definition says of itself; nothing when it takes the latest values. */
export function valuesWords(values: ValueTime): string {
  return values === 'latest' ? '' : ' Values of users and items are those at the time of the event.';
}
