import { Schema } from 'mongoose';

/** A mail that the development catcher received. */
export interface CaughtMailDoc {
  _id: string;
  from: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  headers: { name: string; value: string }[];
  at: Date;
}

export const CaughtMailSchema = new Schema<CaughtMailDoc>({
  _id: String,
  from: String,
  to: String,
  subject: String,
  html: String,
  text: String,
  headers: { type: [Schema.Types.Mixed], default: [] } as never,
  at: { type: Date, required: true, index: true },
});
