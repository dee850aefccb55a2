import type { Column, Dataset } from '@pelton/contract';
import { Schema } from 'mongoose';

export interface DatasetDoc {
  _id: string;
  projectId: string;
  name: string;
  title: string;
  columns: Column[];
  primaryKey: string[];
  rows: number;
  bytes: number;
  source: Dataset['source'];
  loadedAt: Date;
}

export const DatasetSchema = new Schema<DatasetDoc>(
  {
    _id: String,
    projectId: { type: String, required: true },
    name: { type: String, required: true },
    title: { type: String, required: true },
    columns: { type: [Schema.Types.Mixed], required: true } as never,
    primaryKey: { type: [String], required: true },
    rows: { type: Number, required: true },
    bytes: { type: Number, required: true },
    source: { type: Schema.Types.Mixed, required: true },
    loadedAt: { type: Date, required: true },
  },
  { minimize: false },
);
DatasetSchema.index({ projectId: 1, name: 1 }, { unique: true });
