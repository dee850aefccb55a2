/** An error in ClickHouse's terms. */
export class EngineError extends Error {
  override readonly name = 'EngineError';

  /**
   * @param code ClickHouse's number, such as 60
   * @param type ClickHouse's name of it, such as UNKNOWN_TABLE
   */
  constructor(
    readonly code: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
  }

  /** The text of the error as a server words it, without the line break. */
  describe(version: string): string {
    return `Code: ${this.code}. DB::Exception: ${this.message} (${this.type}) (version ${version} (official build))`;
  }
}

const SHAPE = /^Code: (\d+)\. DB::Exception: ([\s\S]*?)\s*\(([A-Z][A-Z0-9_]*)\)(?: \(version [^)]*\))?\.?\s*$/;
/** The engine says twice what went wrong inside a pipeline. */
const REPEATED = /^Code: (\d+)\. DB::Exception: (Code: \1\. DB::Exception: [\s\S]*)\. \([A-Z0-9_]+\)\s*$/;
/** How a body reaches the engine is nobody's concern: a server has no file there. */
const OUR_FILES = [
  /: \(in file\/uri [^)]*\)/g,
  /: While reading from: [^:]*/g,
  /: While executing File\b/g,
  /: data for INSERT was parsed from file\b/g,
];

/** Reads the text of an error of the engine. */
export function parseEngineError(text: string): EngineError {
  const once = REPEATED.exec(text)?.[2] ?? text;
  const [, code, message, type] = SHAPE.exec(once) ?? [];
  if (!code || message === undefined || !type) return new EngineError(1001, 'STD_EXCEPTION', text.trim());
  return new EngineError(
    Number(code),
    type,
    OUR_FILES.reduce((said, ours) => said.replace(ours, ''), message),
  );
}
