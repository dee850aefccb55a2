import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { type ErrorAnswer, type Graph, isRunOver, type Run, type SampleState } from '@pelton/contract';
import { ADMIN } from './pelton.js';
import { waitFor } from './wait-for.js';

/** An answer that is not a success, as the API gave it. */
export class RefusedError extends Error {
  constructor(
    readonly status: number,
    readonly answer: ErrorAnswer,
  ) {
    super(`${status} ${answer.code}: ${answer.message}`);
  }
}

/** The API as a signed-in member calls it. */
export class Api {
  private cookie = '';

  constructor(readonly url: string) {}

  /** Signs in as the first admin. */
  static async signIn(url: string): Promise<Api> {
    const api = new Api(url);
    await api.post('/api/session', ADMIN);
    return api;
  }

  /** The same member at another address of the same Pelton. */
  at(url: string): Api {
    const other = new Api(url);
    other.cookie = this.cookie;
    return other;
  }

  /** The answer as it comes, for one that lasts. */
  open(path: string): Promise<Response> {
    return fetch(this.url + path, { headers: { cookie: this.cookie } });
  }

  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  /** @param key under which it may be sent again */
  post<T>(path: string, body: unknown = {}, key?: string): Promise<T> {
    return this.send<T>('POST', path, JSON.stringify(body), key);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>('PUT', path, JSON.stringify(body));
  }

  delete<T>(path: string): Promise<T> {
    return this.send<T>('DELETE', path);
  }

  /** Uploads a file of this machine, or bytes under a name. */
  async upload(file: string | { name: string; content: string | Buffer }): Promise<void> {
    const form = new FormData();
    if (typeof file === 'string') form.append('file', await openAsBlob(file), basename(file));
    else form.append('file', new Blob([new Uint8Array(Buffer.from(file.content))]), file.name);
    await this.send('POST', '/api/files', form);
  }

  /** Starts a run and waits until it is over. */
  async run(pipeline: string, input: { draft?: boolean; asOf?: string } = {}): Promise<Run> {
    const { id } = await this.post<Run>(`/api/pipelines/${pipeline}/runs`, input);
    return this.finished(id);
  }

  /** Waits until a run is over, and has the rows counted that it left uncounted. */
  async finished(runId: string): Promise<Run> {
    await this.ended(runId);
    return this.post<Run>(`/api/runs/${runId}/counts`);
  }

  /** Waits as the page does, told by the server: asking it again and again would slow down what is waited for. */
  ended(runId: string): Promise<Run> {
    return waitFor(async () => {
      await this.toEnd(`/api/runs/${runId}/changes`);
      const run = await this.get<Run>(`/api/runs/${runId}`);
      return isRunOver(run) ? run : undefined;
    });
  }

  /** Makes a pipeline of these steps and publishes it. */
  async publish(name: string, steps: StepInput[]): Promise<void> {
    await this.draft(name, steps);
    await this.post(`/api/pipelines/${name}/publish`);
  }

  async draft(name: string, steps: StepInput[]): Promise<void> {
    await this.post('/api/pipelines', { name, title: name, graph: { steps, layout: {} } });
  }

  /** Makes the sample project and goes into it. */
  async openSample(until?: string): Promise<void> {
    await this.post('/api/sample', until ? { until } : {});
    const sample = await waitFor(async () => {
      const state = await this.get<SampleState>('/api/sample');
      return state.state === 'making' ? undefined : state;
    });
    if (sample.state !== 'ready') throw new Error(`The sample is ${sample.state}: ${sample.error}`);
    await this.put('/api/session/project', { projectId: sample.projectId });
  }

  /** Reads an answer that lasts until what it tells of is over. */
  private async toEnd(path: string): Promise<void> {
    await (await this.open(path)).text();
  }

  private async send<T>(method: string, path: string, body?: string | FormData, key?: string): Promise<T> {
    const headers = {
      cookie: this.cookie,
      ...(typeof body === 'string' && { 'content-type': 'application/json' }),
      ...(key && { 'idempotency-key': key }),
    };
    const response = await fetch(this.url + path, { method, headers, ...(body !== undefined && { body }) });
    const [cookie] = response.headers.getSetCookie();
    if (cookie) this.cookie = cookie.split(';', 1)[0] ?? '';
    const text = await response.text();
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    if (!response.ok) throw new RefusedError(response.status, answer as ErrorAnswer);
    return answer as T; // the caller names the answer of the route that it calls
  }
}

export type StepInput = Partial<Graph['steps'][number]> & { id: string; uses: string };
