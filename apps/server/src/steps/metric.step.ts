import { Grain, phrase, phraseOf, toJsonSchema } from '@pelton/contract';
import { bind, identifier, instant, sql } from '@pelton/sdk';
import { z } from 'zod';
import type { ProjectSql } from '../infra/warehouse.service.js';
import type { MetricsService } from '../metrics/metrics.service.js';
import { columnsOf } from './columns.js';
import { NEWER_STAY } from './newer-stay.js';
import type { ActionKind } from './step-kind.js';

const Params = z.object({
  metric: z
    .string()
    .min(1, 'Choose a metric')
    .meta({ title: 'Metric', ui: { widget: 'metric' } }),
  grain: Grain.default('month').meta({ title: 'For each' }),
});
type Params = z.infer<typeof Params>;

const VALUES = [{ name: 'values', title: 'Values' }];
const VALUE_COLUMNS = columnsOf({
  period: "DateTime64(3, 'UTC')",
  dimension: 'String',
  value: 'Nullable(Float64)',
  numerator: 'Nullable(Float64)',
  denominator: 'Nullable(Float64)',
  users: 'UInt64',
});

/** Evaluates a metric and keeps its values. */
export function metricStep(metrics: MetricsService): ActionKind<Params> {
  return {
    kind: 'action',
    type: {
      uses: 'core/metric',
      title: 'Metric',
      description: 'Evaluates a metric over the project’s data',
      layer: 'understand',
      role: 'definition',
      icon: 'chart-line',
      params: toJsonSchema(Params),
      inputs: [{ name: 'users', title: 'Users', needs: [{ name: 'user_id', family: 'text' }], optional: true }],
      outputs: VALUES,
    },
    params: Params,
    summary: ({ metric, grain }) => phrase`${metric} by ${phraseOf(grain)}`,
    outputs: () => VALUES,

    async columns({ params, definitions }) {
      definitions.metric(params.metric);
      return { values: VALUE_COLUMNS };
    },

    async run({ params, inputs, definitions, project, view, stage, isDraft, confirm, show, asOf }) {
      const { admin, database } = project;
      const metric = definitions.metric(params.metric);
      const table = stage('values');
      const [values] = await Promise.all([
        metrics.evaluate(project, metric, view, { grain: params.grain }),
        admin.run(sql`CREATE OR REPLACE TABLE ${identifier(table)} AS metric_values`),
      ]);
      show({ parts: [values.sql] });
      await admin.insert(table, toRows(values, metric.name, asOf));
      // Those of some users are not the metric's.
      const isOfMetric = !isDraft && !inputs.users;
      const areNewerKept = isOfMetric && (await hasNewer(project, metric.name, asOf));
      if (isOfMetric && !areNewerKept) {
        await confirm();
        await admin.run(
          sql`ALTER TABLE metric_values REPLACE PARTITION ${bind('String', metric.name)} FROM ${identifier(table)}`,
          { settings: { allow_replace_partition_from_empty_source: 1 } as never },
        ); // newer than the client's list of settings
      }
      const relation = {
        sql: sql`SELECT period, dimension, value, numerator, denominator, users FROM ${identifier(database, table)} ORDER BY dimension, period`,
        columns: VALUE_COLUMNS,
      };
      const rows = values.kind === 'series' ? values.points.length : values.cohorts.length;
      return {
        outputs: { values: relation },
        rows: { values: rows },
        ...(areNewerKept && { foot: `${rows} values, ${NEWER_STAY}` }),
      };
    },
  };
}

async function hasNewer({ admin }: ProjectSql, metric: string, asOf: string): Promise<boolean> {
  const { newer } = await admin.row<{ newer: number }>(
    sql`SELECT count() AS newer FROM metric_values WHERE metric_id = ${metric} AND as_of > ${instant(asOf)}`,
  );
  return newer > 0;
}

function toRows(values: Awaited<ReturnType<MetricsService['evaluate']>>, metricId: string, asOf: string): object[] {
  const common = { metric_id: metricId, grain: values.grain, as_of: asOf };
  if (values.kind === 'series') {
    return values.points.map(({ period, group = '', value, numerator, denominator, users }) => ({
      ...common,
      period,
      dimension: group,
      value,
      numerator,
      denominator,
      users,
    }));
  }
  return values.cohorts.flatMap(({ period, users, returned }) =>
    [users, ...returned].map((count, index) => ({
      ...common,
      period,
      dimension: `${values.grain} ${index}`,
      value: users === 0 ? null : count / users,
      numerator: count,
      denominator: users,
      users: count,
    })),
  );
}
