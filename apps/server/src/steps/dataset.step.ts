import { phrase, toJsonSchema } from '@pelton/contract';
import { z } from 'zod';
import type { DatasetsService } from '../datasets/datasets.service.js';
import type { QueryKind } from './step-kind.js';

const Params = z.object({
  dataset: z
    .string()
    .min(1, 'Choose a dataset')
    .meta({ title: 'Dataset', ui: { widget: 'dataset' } }),
});
type Params = z.infer<typeof Params>;

/** The step that reads a dataset, as its last sync left it. */
export function datasetStep(datasets: DatasetsService): QueryKind<Params> {
  return {
    kind: 'query',
    isKept: false,
    type: {
      uses: 'core/dataset',
      title: 'Dataset',
      description: 'The rows of a dataset, as its last sync left them.',
      layer: 'collect',
      role: 'source',
      icon: 'table',
      params: toJsonSchema(Params),
      inputs: [],
      outputs: [{ name: 'rows', title: 'Rows' }],
    },
    params: Params,
    summary: ({ dataset }) => phrase`${dataset}`,
    compile: async ({ projectId, params }) => (await datasets.relation(projectId, params.dataset)).sql,
    columns: async ({ projectId, params }) => (await datasets.find(projectId, params.dataset)).columns,
  };
}
