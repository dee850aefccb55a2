import type { ConnectorContext } from '@pelton/sdk';
import { z } from 'zod';

/** Where an API is, how it wants to be asked, and how often. */
export const ConnectionConfig = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }).meta({
      title: 'Address',
      description: 'What all paths begin with.',
      ui: { placeholder: 'https://api.example.org/v1' },
    }),
    auth: z.enum(['none', 'bearer', 'basic', 'header', 'query']).default('none').meta({
      title: 'Sign in with',
      description: 'bearer: a token. basic: user and password. header, query: a key in a header or parameter.',
    }),
    name: z
      .string()
      .optional()
      .meta({
        title: 'User, header or parameter',
        description: 'Whom to sign in as with basic; in which header or parameter the key goes otherwise.',
        ui: { placeholder: 'X-Api-Key' },
      }),
    requestsPerSecond: z
      .number()
      .positive()
      .max(1_000)
      .default(5)
      .meta({ title: 'Requests a second', description: 'At most.', ui: { advanced: true } }),
    allowPrivate: z
      .boolean()
      .default(false)
      .meta({
        title: 'It is in the own network',
        description: 'Allows private and loopback addresses.',
        ui: { advanced: true },
      }),
  })
  .refine((config) => !['basic', 'header', 'query'].includes(config.auth) || !!config.name, {
    path: ['name'],
    message: 'Enter the user, or the name of the header or parameter',
  });
export type ConnectionConfig = z.output<typeof ConnectionConfig>;
export type HttpContext = ConnectorContext<ConnectionConfig>;

/** What a read asks for: one address, where its records are, and how to get the next ones. */
export const StreamOptions = z.strictObject({
  stream: z
    .string()
    .min(1)
    .meta({
      title: 'Path',
      description: 'After the connection’s address, with parameters where it needs some.',
      ui: { placeholder: 'orders?state=paid' },
    }),
  format: z
    .enum(['auto', 'json', 'jsonl', 'csv'])
    .default('auto')
    .meta({ title: 'Format', description: 'auto goes by what the server says it is.', ui: { advanced: true } }),
  records: z
    .string()
    .regex(/^\$?(\.?[\w-]+|\[\*\])*$/, 'Write names with dots between, such as data.items')
    .default('')
    .meta({
      title: 'Where the records are',
      description: 'Path within the answer; empty when the answer is the list itself.',
      ui: { placeholder: 'data.items' },
    }),
  paging: z.enum(['none', 'page', 'offset', 'cursor', 'link']).default('none').meta({
    title: 'Next pages',
    description:
      'page: a page number. offset: how many to pass over. cursor: a mark in the answer. link: a Link header.',
  }),
  pageParam: z
    .string()
    .optional()
    .meta({
      title: 'Parameter of the page',
      description: 'page, offset or cursor when empty.',
      ui: { advanced: true },
    }),
  firstPage: z
    .number()
    .int()
    .min(0)
    .default(1)
    .meta({ title: 'First page', ui: { advanced: true } }),
  sizeParam: z
    .string()
    .optional()
    .meta({ title: 'Parameter of the page size', ui: { advanced: true, placeholder: 'limit' } }),
  pageSize: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .meta({ title: 'Page size', ui: { advanced: true } }),
  nextPath: z
    .string()
    .default('next_cursor')
    .meta({ title: 'Where the next mark is', description: 'Path within the answer.', ui: { advanced: true } }),
  sinceParam: z
    .string()
    .optional()
    .meta({
      title: 'Parameter of the last value',
      description: 'With it an incremental sync asks only for what is new; without it all is read and passed over.',
      ui: { advanced: true, placeholder: 'updated_since' },
    }),
});
export type StreamOptions = z.output<typeof StreamOptions>;

export const TargetOptions = z.strictObject({
  path: z
    .string()
    .min(1, 'Write a path')
    .meta({
      title: 'Path',
      description: 'After the connection’s address; update adds the key.',
      ui: { placeholder: 'contacts' },
    }),
  method: z.enum(['POST', 'PUT', 'PATCH']).default('POST').meta({ title: 'Method' }),
});
export type TargetOptions = z.output<typeof TargetOptions>;
