import type { KeyScope } from '@pelton/contract';

/** A call that tries a key: an event for one that may write, a list for one that may read. */
export function exampleFor(scopes: readonly KeyScope[], secret: string, origin: string): string {
  const auth = `-H 'Authorization: Bearer ${secret}'`;
  if (!scopes.includes('write')) return `curl ${auth} ${origin}/api/metrics`;
  const batch = {
    batch: [{ type: 'track', event: 'Order Completed', userId: '13093', properties: { revenue: 30 } }],
  };
  return `curl -X POST ${origin}/v1/batch \\\n  ${auth} \\\n  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(batch)}'`;
}
