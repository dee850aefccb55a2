import { AppError } from '@pelton/sdk';
import type { Response } from 'undici';
import type { ConnectionConfig } from './connection-config.js';

/** By the service's name for it, what is wrong and what to do. */
const REASONS: Record<string, (config: ConnectionConfig, region?: string) => string> = {
  NoSuchBucket: ({ bucket }) => `there is no bucket ${bucket}. Check its name and the endpoint`,
  InvalidAccessKeyId: ({ accessKeyId }) => `it does not know the access key ${accessKeyId}. Enter another`,
  SignatureDoesNotMatch: ({ accessKeyId }) => `the secret does not fit the access key ${accessKeyId}. Enter it again`,
  AccessDenied: ({ accessKeyId, bucket }) =>
    accessKeyId
      ? `the access key ${accessKeyId} may not do that. Allow it to list and read ${bucket}`
      : `${bucket} is not public. Enter an access key`,
  AuthorizationHeaderMalformed: wrongRegion,
  PermanentRedirect: wrongRegion,
  RequestTimeTooSkewed: () => `the clock of this machine and its own differ too much. Set this machine's clock`,
};

function wrongRegion({ region }: ConnectionConfig, real?: string): string {
  return `the bucket is not in the region ${region}. ${real ? `Enter ${real}` : 'Enter the right one'}`;
}

/** The error for an answer that is a refusal. */
export async function refusedBy(response: Response, config: ConnectionConfig, connection: string): Promise<AppError> {
  const { readError } = await import('./list-page.js');
  const { code = '', region } = readError(await response.text().catch(() => ''));
  const known = REASONS[code]?.(config, response.headers.get('x-amz-bucket-region') ?? region);
  const reason = known ?? `it answered ${response.status}${code ? ` (${code})` : ''}. Check endpoint and bucket`;
  return new AppError('CONNECTION_FAILED', { connection, reason: `${reason}.` });
}
