import { createPostgresBackend, type QueueOptions, setDefaultBackendFactory } from 'bullmq';

/** BullMQ's connection from a URL: `redis://…`, or `postgres://…` through its own PostgreSQL backend. */
export function queueConnection(url: string): QueueOptions['connection'] {
  if (/^rediss?:/.test(url)) return { url, maxRetriesPerRequest: null };
  setDefaultBackendFactory(createPostgresBackend as never); // process-wide: all queues of a process share one backend
  return { connectionString: url, migrate: true } as never; // options of pg, which BullMQ's own type does not name
}
