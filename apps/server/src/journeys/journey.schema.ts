import { Schema } from 'mongoose';

/** Whose turn it is to decide about waiting users: one process at a time, and each time with a higher number. */
export interface JourneyTurnDoc {
  _id: 'turn';
  holder: string;
  until: Date;
  fence: number;
}

export const JourneyTurnSchema = new Schema<JourneyTurnDoc>({
  _id: { type: String, required: true },
  holder: { type: String, required: true },
  until: { type: Date, required: true },
  fence: { type: Number, required: true },
});

/** A project in which users wait, or waited not long ago, and the pipelines in which nobody goes on for now. */
export interface JourneyDoc {
  /** The project's id. */
  _id: string;
  enteredAt: Date;
  held: string[];
}

export const JourneySchema = new Schema<JourneyDoc>({
  _id: { type: String, required: true },
  enteredAt: { type: Date, required: true },
  held: { type: [String], default: [] },
});

/**
 * Users of one step who go on together. It is written before they are marked, so that whoever dies in between leaves
 * something that the next turn ends.
 */
export interface ReleaseDoc {
  /** The id of the run in which they go on. */
  _id: string;
  projectId: string;
  pipeline: string;
  version: number;
  stepId: string;
  columns: string;
  /** What the run looks back from. */
  asOf: Date;
  startedAt: Date;
}

export const ReleaseSchema = new Schema<ReleaseDoc>({
  _id: { type: String, required: true },
  projectId: { type: String, required: true, index: true },
  pipeline: { type: String, required: true },
  version: { type: Number, required: true },
  stepId: { type: String, required: true },
  columns: { type: String, required: true },
  asOf: { type: Date, required: true },
  startedAt: { type: Date, required: true },
});
