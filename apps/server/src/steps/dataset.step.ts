import { toJsonSchema } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { z } from 'zod';
import type { DatasetsService } from '../datasets/datasets.service.js';
import type { ActionKind } from './step-kind.js';

const Params = z.object({
  dataset: z
    .string()
    .min(1, 'Choose a dataset')
    .meta({ title: 'Dataset', ui: { widget: 'dataset' } }),
});
type Params = z.infer<typeof Params>;

const ROWS = [{ name: 'rows', title: 'Rows' }];

/** The step that reads a dataset, as its last sync left it. */
export function datasetStep(datasets: DatasetsService): ActionKind<Params> {
  return {
    kind: 'action',
    type: {
      uses: 'core/dataset',
      title: 'Dataset',
      description: 'The rows of a dataset, as its last sync left them.',
      layer: 'collect',
      role: 'source',
      icon: 'table',
      params: toJsonSchema(Params),
      inputs: [],
      outputs: ROWS,
    },
    params: Params,
    summary: ({ dataset }) => dataset,
    outputs: () => ROWS,
    columns: async ({ projectId, params }) => ({ rows: (await datasets.find(projectId, params.dataset)).columns }),
    async run({ projectId, project, params, isReadOn, show, signal }) {
      const relation = await datasets.relation(projectId, params.dataset);
      show(relation.sql);
      if (isReadOn) return { outputs: { rows: relation }, rows: {} };
      const counted = await project.admin.row<{ rows: number }>(sql`SELECT count() AS rows FROM (${relation.sql})`, {
        signal,
      });
      return { outputs: { rows: relation }, rows: counted };
    },
  };
}
