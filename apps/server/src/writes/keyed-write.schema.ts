import { Schema } from 'mongoose';

/** A write that its sender gave an Idempotency-Key: claimed before it is carried out, with its answer afterwards. */
export interface KeyedWriteDoc {
  /** Follows from the sender and the key. */
  _id: string;
  requestHash: string;
  /** Of whoever carries it out. */
  claim: string;
  /** Moved on while that goes on; past without an answer, what became of the write is not known. */
  aliveUntil: Date;
  /** The body of the answer as JSON, sealed: it may hold a secret that is shown once. */
  answer?: string;
  expiresAt: Date;
}

export const KeyedWriteSchema = new Schema<KeyedWriteDoc>({
  _id: String,
  requestHash: { type: String, required: true },
  claim: { type: String, required: true },
  aliveUntil: { type: Date, required: true },
  answer: String,
  expiresAt: { type: Date, required: true, expires: 0 },
});
