import { MetricShape, type Sql, toJsonSchema } from '@pelton/contract';
import type { z } from 'zod';
import { type Contribution, type Described, readParams } from './contribution.js';

/** What a definition may look at. Both relations end before `asOf`, so a definition cannot see later than its run. */
export interface DataContext {
  /** (message_id, type, event, user_id, timestamp, properties JSON): events of known users. */
  events: Sql;
  /** (user_id, traits Map(String, String)): one row per user. */
  users: Sql;
  /** ISO instant. */
  asOf: string;
  /** IANA name; periods begin at its midnights. */
  timezone: string;
}

export interface MetricTemplate<P extends z.ZodType> extends Described {
  params: P;
  /** What the facts mean. */
  shape(params: z.output<P>): z.input<typeof MetricShape>;
  /** @returns facts: SELECT user_id String, timestamp DateTime64(3), value Float64[, denominator Float64][, dimensions String…] */
  compile(params: z.output<P>, context: DataContext): Sql;
}

export interface MetricCalls {
  shape(argument: { params: unknown }): Promise<MetricShape>;
  compile(argument: { params: unknown; context: DataContext }): Promise<Sql>;
}

/** Declares a metric template. */
export function defineMetric<P extends z.ZodType>(template: MetricTemplate<P>): Contribution<'metric'> {
  const { id, title, description, icon } = template;
  return {
    kind: 'metric',
    spec: { kind: 'metric', id, title, description, icon, params: toJsonSchema(template.params) },
    calls: {
      shape: async ({ params }) => MetricShape.parse(template.shape(readParams(template.params, params))),
      compile: async ({ params, context }) => template.compile(readParams(template.params, params), context),
    },
  };
}
