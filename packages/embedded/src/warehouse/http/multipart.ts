import { EngineError } from '../engine/engine-error.js';

/** @returns the boundary when the content type is that of a form with parts */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const [, quoted, plain] =
    /^multipart\/form-data\s*;.*?boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType ?? '') ?? [];
  return quoted ?? plain;
}

/** Reads the fields of a form. @throws EngineError when it is broken or brings files, which are not supported */
export function readFields(body: Buffer, boundary: string): [name: string, value: string][] {
  const text = body.toString('latin1');
  const [, ...parts] = `\r\n${text}`.split(`\r\n--${boundary}`);
  if (!parts.at(-1)?.startsWith('--')) throw broken();
  return parts.slice(0, -1).map((part) => {
    const headersEnd = part.indexOf('\r\n\r\n');
    const headers = part.slice(0, headersEnd);
    const [, name] = /^content-disposition:.*?\bname="([^"]*)"/im.exec(headers) ?? [];
    if (headersEnd < 0 || name === undefined) throw broken();
    if (/\bfilename="/i.test(headers)) {
      throw new EngineError(48, 'NOT_IMPLEMENTED', 'External tables are not supported: join a table instead');
    }
    return [name, Buffer.from(part.slice(headersEnd + 4), 'latin1').toString()];
  });
}

function broken(): EngineError {
  return new EngineError(36, 'BAD_ARGUMENTS', 'The form in the body is broken');
}
