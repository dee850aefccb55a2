import { expect, test } from 'vitest';
import { exampleFor } from './example-for';

test('a key that may write is tried with an event', () => {
  const call = exampleFor(['write', 'read'], 'pk_1', 'https://pelton.example');
  expect(call).toContain('POST https://pelton.example/v1/batch');
  expect(call).toContain("'Authorization: Bearer pk_1'");
  const body = /-d '(.*)'$/.exec(call)?.[1] ?? '';
  expect(JSON.parse(body)).toEqual({
    batch: [{ type: 'track', event: 'Order Completed', userId: '13093', properties: { revenue: 30 } }],
  });
});

test('a key that may only read is tried with a list', () => {
  expect(exampleFor(['read'], 'pk_1', 'https://pelton.example')).toBe(
    "curl -H 'Authorization: Bearer pk_1' https://pelton.example/api/metrics",
  );
});
