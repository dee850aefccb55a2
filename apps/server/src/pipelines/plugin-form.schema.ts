import { Schema } from 'mongoose';

/** The form of a contribution in one version of its plugin; kept so that a later version can be compared with it. */
export interface PluginFormDoc {
  _id: string;
  /** JSON Schema as text: its keys begin with `$`, which names of fields may not everywhere. */
  form: string;
}

export const PluginFormSchema = new Schema<PluginFormDoc>({
  _id: String,
  form: { type: String, required: true },
});
