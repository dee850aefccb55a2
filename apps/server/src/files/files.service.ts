import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import { AppError, type StoredFile } from '@pelton/contract';
import type { FileAccess } from '@pelton/sdk';
import { newId } from '../common/ids.js';
import { CONFIG, type Config } from '../config.js';

/** Keeps uploaded files, a folder a project. A file appears under its name when all of it is on disk, never before. */
@Injectable()
export class FilesService {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** What a connector of the project may read, write and start. */
  access(projectId: string): FileAccess {
    const { fileFolders: allowed, exportFolders: exports, programFolders: programs } = this.config;
    return { uploads: this.folder(projectId), allowed, exports, programs };
  }

  async list(projectId: string): Promise<StoredFile[]> {
    const folder = this.folder(projectId);
    const names = await readdir(folder).catch(() => []);
    const files = names.filter((name) => !name.startsWith('.')).map((name) => this.describe(folder, name));
    return (await Promise.all(files)).sort((a, b) => b.uploadedAt.localeCompare(a.uploadedAt));
  }

  /**
   * Stores an upload, replacing one of the same name.
   * @throws FILE_TOO_LARGE, and nothing stays of it
   */
  async store(projectId: string, title: string, content: Readable): Promise<StoredFile> {
    const name = safeName(title);
    const folder = this.folder(projectId);
    await mkdir(folder, { recursive: true });
    const part = join(folder, `.part-${newId()}`);
    const limit = this.config.uploadLimitMb * 1_048_576;
    try {
      await pipeline(content, limited(limit), createWriteStream(part, { flush: true }));
      await rename(part, join(folder, name));
    } catch (error) {
      await rm(part, { force: true });
      if (error instanceof TooLarge)
        throw new AppError('FILE_TOO_LARGE', { file: name, limitMb: this.config.uploadLimitMb }, { cause: error });
      throw error;
    }
    return this.describe(folder, name);
  }

  async remove(projectId: string, name: string): Promise<void> {
    await rm(join(this.folder(projectId), safeName(name)), { force: true });
  }

  async removeAll(projectId: string): Promise<void> {
    await rm(this.folder(projectId), { recursive: true, force: true });
  }

  private folder(projectId: string): string {
    return join(this.config.dataDir, 'files', projectId);
  }

  private async describe(folder: string, name: string): Promise<StoredFile> {
    const { size, mtime } = await stat(join(folder, name));
    return { name, title: name, bytes: size, uploadedAt: mtime.toISOString() };
  }
}

class TooLarge extends Error {}

/** Passes bytes on until there are too many. */
function limited(limit: number) {
  return async function* pass(source: AsyncIterable<Buffer>) {
    let seen = 0;
    for await (const chunk of source) {
      seen += chunk.length;
      if (seen > limit) throw new TooLarge();
      yield chunk;
    }
  };
}

/** A plain file name: no folders, no hidden files, no characters that mean something to a file system. */
function safeName(title: string): string {
  const name = basename(title.replaceAll('\\', '/'))
    // oxlint-disable-next-line no-control-regex -- control characters are what has to go
    .replace(/[\u0000-\u001f<>:"/|?*]/g, '_')
    .replace(/^\.+/, '')
    .trim()
    .slice(0, 200);
  if (name === '') throw new AppError('PARAM_INVALID', { field: 'file', reason: 'the file has no name' });
  return name;
}
