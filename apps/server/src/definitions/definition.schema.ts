import { Schema, type SchemaDefinition } from 'mongoose';

/** What metrics, tags, experiments and messages have in common: named, owned and versioned. */
export interface DefinitionDoc {
  _id: string;
  projectId: string;
  name: string;
  title: string;
  description: string;
  version: number;
  updatedAt: Date;
  updatedBy: string;
}

/** A schema with the common fields and those of one noun. JSON that a plugin's schema describes is kept as it is. */
export function definitionSchema<T extends DefinitionDoc>(fields: SchemaDefinition): Schema<T> {
  const schema = new Schema(
    {
      _id: String,
      projectId: { type: String, required: true },
      name: { type: String, required: true },
      title: { type: String, required: true },
      description: { type: String, default: '' },
      version: { type: Number, required: true },
      updatedAt: { type: Date, required: true },
      updatedBy: { type: String, required: true },
      ...fields,
    },
    { minimize: false },
  );
  schema.index({ projectId: 1, name: 1 }, { unique: true });
  return schema as unknown as Schema<T>; // the fields are those of T by the caller's word
}

/** An earlier version of a definition, kept whole. */
export interface DefinitionVersionDoc {
  _id: string;
  projectId: string;
  noun: string;
  name: string;
  version: number;
  body: unknown;
  savedAt: Date;
}

export const DefinitionVersionSchema = new Schema<DefinitionVersionDoc>({
  _id: String,
  projectId: { type: String, required: true },
  noun: { type: String, required: true },
  name: { type: String, required: true },
  version: { type: Number, required: true },
  body: Schema.Types.Mixed,
  savedAt: { type: Date, required: true },
});
DefinitionVersionSchema.index({ projectId: 1, noun: 1, name: 1, version: 1 }, { unique: true });
