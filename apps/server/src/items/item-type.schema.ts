import { Schema } from 'mongoose';

/** What a member said of an item type; a type that nobody described has no document. */
export interface ItemTypeDoc {
  _id: string;
  projectId: string;
  type: string;
  title: string;
  referredBy: string[];
}

export const ItemTypeSchema = new Schema<ItemTypeDoc>({
  _id: String,
  projectId: { type: String, required: true },
  type: { type: String, required: true },
  title: { type: String, required: true },
  referredBy: { type: [String], required: true },
});
ItemTypeSchema.index({ projectId: 1, type: 1 }, { unique: true });
