import type { ConnectorContext } from '@pelton/sdk';
import { z } from 'zod';

/** Which database a connection reads, and as whom. */
export const ConnectionConfig = z.strictObject({
  url: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\/[^@]+$/, 'Begin with mongodb:// or mongodb+srv://, without user and password')
    .meta({ title: 'Address', ui: { placeholder: 'mongodb+srv://cluster.example.mongodb.net' } }),
  database: z.string().min(1).meta({ title: 'Database' }),
  user: z.string().optional().meta({ title: 'User', description: 'One with the role read is enough.' }),
  authSource: z
    .string()
    .optional()
    .meta({ title: 'Database of the user', ui: { advanced: true, placeholder: 'admin' } }),
});
export type MongoContext = ConnectorContext<z.output<typeof ConnectionConfig>>;
