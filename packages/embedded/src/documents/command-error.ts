import type { BsonDocument } from './bson/value.js';

const codes = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  ProtocolError: 17,
  AuthenticationFailed: 18,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  WriteConflict: 112,
  CommandNotSupported: 115,
  CannotIndexParallelArrays: 171,
  TransactionTooOld: 225,
  ConversionFailure: 241,
  NoSuchTransaction: 251,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  Interrupted: 11601,
  CursorInUse: 12051,
  InvalidPipelineOperator: 168,
  Location16410: 16410,
  Location31249: 31249,
  Location31250: 31250,
  Location31253: 31253,
  Location31254: 31254,
  Location40323: 40323,
  Location40324: 40324,
  Location40573: 40573,
  Location40601: 40601,
  Location51091: 51091,
  MergeStageNoMatchingDocument: 13113,
} as const;

/** The name of an error code that a MongoDB server may answer with. */
export type CodeName = keyof typeof codes;

/** What goes with a refusal besides its message. */
export interface CommandErrorDetails {
  /** Fields that go into the answer beside the message, such as `keyValue`. */
  readonly extra?: BsonDocument;
  readonly labels?: readonly string[];
  readonly cause?: unknown;
}

/** An expected refusal: it becomes the error answer of the command and changes nothing. */
export class CommandError extends Error {
  readonly code: number;
  readonly extra: BsonDocument;
  readonly labels: readonly string[];

  constructor(
    readonly codeName: CodeName,
    message: string,
    details: CommandErrorDetails = {},
  ) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'CommandError';
    this.code = codes[codeName];
    this.extra = details.extra ?? {};
    this.labels = details.labels ?? [];
  }
}

/** A value of the wrong kind or out of range, MongoDB's code 2. */
export function badValue(message: string): CommandError {
  return new CommandError('BadValue', message);
}

/** Runs a computation whose failure, of whatever kind, is that of its command alone. */
export function computed<T>(compute: () => T): T {
  try {
    return compute();
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('InternalError', `the value could not be computed: ${message}`, { cause });
  }
}

/** Something that MongoDB itself can do and this server cannot. */
export function notSupported(what: string): CommandError {
  return new CommandError('CommandNotSupported', `${what} is not supported by the embedded document server`);
}
