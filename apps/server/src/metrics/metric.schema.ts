import type { MetricShape } from '@pelton/contract';
import { Schema } from 'mongoose';
import { type DefinitionDoc, definitionSchema } from '../definitions/definition.schema.js';

export interface MetricDoc extends DefinitionDoc {
  template: string;
  params: Record<string, unknown>;
  shape: MetricShape;
}

export const MetricSchema = definitionSchema<MetricDoc>({
  template: { type: String, required: true },
  params: { type: Schema.Types.Mixed, required: true },
  shape: { type: Schema.Types.Mixed, required: true },
});
