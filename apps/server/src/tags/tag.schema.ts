import { Schema } from 'mongoose';
import { type DefinitionDoc, definitionSchema } from '../definitions/definition.schema.js';

export interface TagDoc extends DefinitionDoc {
  template: string;
  params: Record<string, unknown>;
  reads: string;
  /** Size and as-of of the last evaluation. */
  members?: number;
  evaluatedAt?: Date;
}

export const TagSchema = definitionSchema<TagDoc>({
  template: { type: String, required: true },
  params: { type: Schema.Types.Mixed, required: true },
  reads: { type: String, default: '' },
  members: Number,
  evaluatedAt: Date,
});
