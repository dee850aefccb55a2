import { randomUUID } from 'node:crypto';

/** Where a client sends a request, and where it sends one that failed, which it does once. */
export interface Addresses {
  first: () => string;
  again: (failed: string) => Promise<string>;
}

/** A client that sends a request which was not answered, or with 5xx, one more time, under the same key. */
export class RetryOnceClient {
  answered = 0;
  retried = 0;
  /** What failed twice. */
  readonly failed: string[] = [];

  constructor(
    private readonly addresses: Addresses,
    private readonly headers: Record<string, string>,
  ) {}

  /** @returns the answer; undefined when it failed twice */
  async call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T | undefined> {
    const key = randomUUID();
    const once = (url: string) => this.once<T>(url + path, { method, body, key });
    const url = this.addresses.first();
    try {
      return await once(url).catch(async () => {
        this.retried += 1;
        return once(await this.addresses.again(url));
      });
    } catch (error) {
      this.failed.push(`${method} ${path}: ${String(error)}`);
      return undefined;
    }
  }

  private async once<T>(
    url: string,
    { method, body, key }: { method: string; body: object | undefined; key: string },
  ): Promise<T> {
    const headers = {
      ...this.headers,
      ...(body && { 'content-type': 'application/json', 'idempotency-key': key }),
    };
    const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text}`);
    this.answered += 1;
    return JSON.parse(text) as T; // the caller names the answer of the route that it calls
  }
}
