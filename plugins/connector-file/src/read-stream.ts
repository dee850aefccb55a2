import { AppError, type ConnectorMessage, type ReadRequest, type StreamInfo } from '@pelton/sdk';
import { describeSet, type FileSet, readSet } from '@pelton/tabular';
import { findFiles, type FoundFiles } from './find-files.js';
import { sourceOf } from './file-source.js';
import type { FileContext } from './locate.js';
import type { StreamOptions } from './stream-options.js';

/** What the files of a stream hold together. */
export async function describeStream(context: FileContext, options: StreamOptions): Promise<StreamInfo> {
  return describeSet(setOf(options, await findFiles(context, options, Date.now())));
}

/** The rows of a stream's files; files that are still being written wait for the next time. */
export async function* readStream(
  context: FileContext,
  options: StreamOptions,
  request: ReadRequest,
): AsyncGenerator<ConnectorMessage> {
  const found = await findFiles(context, options, Date.now());
  const names = found.waiting.map(({ name }) => name).join(', ');
  if (names) yield { type: 'LOG', level: 'info', message: `Changed just now, so left for the next time: ${names}` };
  yield* readSet(setOf(options, found), request);
}

function setOf(options: StreamOptions, { files }: FoundFiles): FileSet {
  if (files.length === 0) {
    const reason = `every file that matches ${options.stream} is still being written. Try again soon`;
    throw new AppError('PARAM_INVALID', { field: 'stream', reason });
  }
  return { stream: options.stream, files: files.map(sourceOf), options };
}
