import { z } from 'zod';

/** Where a connection finds its files. */
export const ConnectionConfig = z
  .strictObject({
    source: z.enum(['uploads', 'folder']).default('uploads').meta({
      title: 'Where the files are',
      description: 'uploads: files uploaded to this project. folder: files that lie on the machine that runs Pelton.',
    }),
    folder: z
      .string()
      .optional()
      .meta({
        title: 'Folder',
        description: 'Absolute path, only for the source folder. It must lie inside a folder that an admin allows.',
        ui: { placeholder: '/srv/exports' },
      }),
  })
  .refine((config) => config.source !== 'folder' || !!config.folder, {
    path: ['folder'],
    message: 'Enter the absolute path of the folder, such as /srv/exports',
  });
export type ConnectionConfig = z.output<typeof ConnectionConfig>;
