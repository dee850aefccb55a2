/** What we use of a package that brings no types. */
declare module '@20minutes/s3rver' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export default class S3rver {
    /** @param options.directory keeps the objects */
    constructor(options: {
      directory: string;
      silent: boolean;
      vhostBuckets: boolean;
      configureBuckets: { name: string }[];
    });
    configureBuckets(): Promise<unknown>;
    /** Answers a request. */
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  }
}
