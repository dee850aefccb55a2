import { randomUUID } from 'node:crypto';
import { ErrorAnswer } from '@pelton/contract';

/** The server said no, in its own words. */
export class RefusedError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** The public API, as anybody with a key calls it. */
export class Api {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>('POST', path, JSON.stringify(body));
  }

  private async send<T>(method: string, path: string, body?: string): Promise<T> {
    const headers = {
      authorization: `Bearer ${this.key}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    };
    const address = new URL(path, this.url);
    const ask = async () => {
      const response = await fetch(address, { method, headers, ...(body !== undefined && { body }) });
      return { response, text: await response.text() };
    };
    // A connection that breaks says nothing of what was done; under its key the same has no second effect.
    const { response, text } = await ask()
      .catch(ask)
      .catch((cause: unknown) => {
        throw new Error(`${address.origin} does not answer. Is Pelton running there?`, { cause });
      });
    if (response.ok) return JSON.parse(text) as T; // the caller names the answer of the route that it calls
    throw refusal(response.status, text, address);
  }
}

function refusal(status: number, text: string, address: URL): Error {
  try {
    const { code, message } = ErrorAnswer.parse(JSON.parse(text));
    return new RefusedError(code, message);
  } catch {
    return new Error(`${address.origin} answered ${status}, which Pelton would not. Is it the right address?`);
  }
}
