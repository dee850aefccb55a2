import type { Services } from '@pelton/embedded';

/** The settings of a server that runs on services which are there already. */
export function sharedUrls({
  mongodbUrl,
  queueUrl,
  clickhouseUrl,
  clickhouseReaderUrl,
}: Services): Record<string, string> {
  return {
    PELTON_MONGODB_URL: mongodbUrl,
    PELTON_QUEUE_URL: queueUrl,
    PELTON_CLICKHOUSE_URL: clickhouseUrl,
    ...(clickhouseReaderUrl && { PELTON_CLICKHOUSE_READER_URL: clickhouseReaderUrl }),
  };
}
