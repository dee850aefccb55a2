import { AppError } from '@pelton/sdk';
import { DomUtils, parseDocument } from 'htmlparser2';

/** An object as the list of a bucket tells it. */
export interface ListedObject {
  key: string;
  bytes: number;
  /** The hash of its bytes as the service made it, in quotes. */
  etag: string;
}

type Nodes = Parameters<typeof DomUtils.textContent>[0];

/**
 * One page of a list; `next` leads to the following one.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 * @throws CONNECTION_FAILED when the answer is something else
 */
export function readListPage(xml: string, connection: string): { objects: ListedObject[]; next: string | undefined } {
  const document = parseDocument(xml, { xmlMode: true });
  const [list] = elements('ListBucketResult', document.children);
  if (!list) {
    const reason = 'what answers there is no S3 service. Check the endpoint.';
    throw new AppError('CONNECTION_FAILED', { connection, reason });
  }
  const isEncoded = textOf('EncodingType', list.children) === 'url';
  const objects = elements('Contents', list.children).map(({ children }) => {
    const key = textOf('Key', children) ?? '';
    return {
      key: isEncoded ? decodeURIComponent(key.replaceAll('+', ' ')) : key,
      bytes: Number(textOf('Size', children)),
      etag: textOf('ETag', children) ?? '',
    };
  });
  const isCut = textOf('IsTruncated', list.children) === 'true';
  return { objects, next: isCut ? textOf('NextContinuationToken', list.children) : undefined };
}

/** Code and region of an error; undefined where it does not say. */
export function readError(xml: string): { code: string | undefined; region: string | undefined } {
  const { children } = parseDocument(xml, { xmlMode: true });
  return { code: deepText('Code', children), region: deepText('Region', children) };
}

function elements(name: string, nodes: Nodes) {
  return DomUtils.getElementsByTagName(name, nodes, false);
}

function textOf(name: string, nodes: Nodes): string | undefined {
  const [found] = elements(name, nodes);
  return found && DomUtils.textContent(found).trim();
}

function deepText(name: string, nodes: Nodes): string | undefined {
  const [found] = DomUtils.getElementsByTagName(name, nodes, true);
  return found && DomUtils.textContent(found).trim();
}
