/** What can keep a local service from starting. */
export type EmbeddedErrorCode =
  'EMBEDDED_IN_USE' | 'EMBEDDED_UNSUPPORTED' | 'EMBEDDED_FOLDER_UNREACHABLE' | 'EMBEDDED_NOT_STARTED';

/** A local service could not start; the message says which one, why, and what to do. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';

  /** @param facts the same as data, such as the folder and the pid that holds it */
  constructor(
    readonly code: EmbeddedErrorCode,
    message: string,
    readonly facts: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
