import { Schema } from 'mongoose';
import { type DefinitionDoc, definitionSchema } from '../definitions/definition.schema.js';

export interface MessageDoc extends DefinitionDoc {
  connection: string;
  content: Record<string, unknown>;
}

export const MessageSchema = definitionSchema<MessageDoc>({
  connection: { type: String, required: true },
  content: { type: Schema.Types.Mixed, required: true },
});
