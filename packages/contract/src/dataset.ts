import { z } from 'zod';
import { Column } from './columns.js';
import { Instant, Name, Title } from './names.js';

/** What loads a dataset. */
export const DatasetSource = z.union([
  z.object({ sync: Name, connection: Name, stream: z.string() }),
  z.object({ pipeline: Name, step: z.string() }),
]);
export type DatasetSource = z.infer<typeof DatasetSource>;

/** A table of the project that a sync or a pipeline loads; pipelines read it by its name. */
export const Dataset = z.object({
  name: Name,
  title: Title,
  columns: z.array(Column),
  /** Columns that tell rows apart; of two rows with the same key the later one counts. Empty: every row counts. */
  primaryKey: z.array(z.string()),
  rows: z.number().int(),
  /** On the warehouse's disk, compressed. */
  bytes: z.number().int(),
  source: DatasetSource,
  /** When it was changed last. */
  loadedAt: Instant,
});
export type Dataset = z.infer<typeof Dataset>;

/** The first rows of a dataset; each row a list in the order of the columns. */
export const DatasetPreview = z.object({ columns: z.array(Column), rows: z.array(z.array(z.json())) });
export type DatasetPreview = z.infer<typeof DatasetPreview>;
