import type { Connection } from '@pelton/contract';

/** True for a connection to the files that were uploaded to the project. */
export function takesUploads({ kind, uses, config }: Pick<Connection, 'kind' | 'uses' | 'config'>): boolean {
  return kind === 'connector' && uses === 'file' && config['source'] !== 'folder';
}
