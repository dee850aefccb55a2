import type { KeyScope } from '@pelton/contract';
import { Schema } from 'mongoose';

export interface KeyDoc {
  _id: string;
  projectId: string;
  title: string;
  /** SHA-256 of the key; the key itself is shown once and not kept. */
  hash: string;
  prefix: string;
  scopes: KeyScope[];
  /** Web origins that may use it; none means any. */
  origins?: string[];
  createdAt: Date;
  lastUsedAt?: Date;
}

export const KeySchema = new Schema<KeyDoc>({
  _id: String,
  projectId: { type: String, required: true, index: true },
  title: { type: String, required: true },
  hash: { type: String, required: true, unique: true },
  prefix: { type: String, required: true },
  scopes: { type: [String], required: true },
  origins: [String],
  createdAt: { type: Date, required: true },
  lastUsedAt: Date,
});
