import type { Experiment } from '@pelton/contract';
import { Schema } from 'mongoose';
import { type DefinitionDoc, definitionSchema } from '../definitions/definition.schema.js';

export interface ExperimentDoc
  extends
    DefinitionDoc,
    Pick<Experiment, 'hypothesis' | 'engine' | 'params' | 'variations' | 'coverage' | 'seed' | 'metrics'> {
  decision?: { variation: string; at: Date; by: string; note: string };
}

export const ExperimentSchema = definitionSchema<ExperimentDoc>({
  hypothesis: { type: String, default: '' },
  engine: { type: String, required: true },
  params: { type: Schema.Types.Mixed, default: {} },
  variations: { type: [Schema.Types.Mixed], required: true } as never,
  coverage: { type: Number, required: true },
  seed: { type: String, default: '' },
  metrics: { type: [Schema.Types.Mixed], default: [] } as never,
  decision: Schema.Types.Mixed,
});
