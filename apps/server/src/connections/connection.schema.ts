import type { ConnectionInput } from '@pelton/contract';
import { Schema } from 'mongoose';

export interface ConnectionDoc {
  _id: string;
  projectId: string;
  name: string;
  title: string;
  kind: ConnectionInput['kind'];
  uses: string;
  config: Record<string, unknown>;
  /** Sealed; see infra/sealer.ts. */
  secrets: Record<string, string>;
  lastCheck?: { ok: boolean; message: string; at: Date };
  updatedAt: Date;
}

export const ConnectionSchema = new Schema<ConnectionDoc>(
  {
    _id: String,
    projectId: { type: String, required: true },
    name: { type: String, required: true },
    title: { type: String, required: true },
    kind: { type: String, required: true },
    uses: { type: String, required: true },
    config: { type: Schema.Types.Mixed, required: true },
    secrets: { type: Schema.Types.Mixed, required: true },
    lastCheck: Schema.Types.Mixed,
    updatedAt: { type: Date, required: true },
  },
  { minimize: false },
);
ConnectionSchema.index({ projectId: 1, name: 1 }, { unique: true });
