import { mkdirSync, readdirSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { AppError } from '@pelton/contract';

const SEGMENT_BYTES = 1024 * 1024;
/** Length and checksum. */
const HEAD_BYTES = 8;
/** A file that another process of this folder has not written to for so long is left over from one that died. */
const ORPHAN_MS = 60_000;

/** A file of records that nothing is appended to any more. */
export interface SpoolFile {
  /** Its records in their order; not whole when its process died while it wrote the last one. */
  read: () => Promise<Records>;
  /** To be called when all of it is stored. */
  remove: () => void;
}

interface Records {
  records: Buffer[];
  isWhole: boolean;
}

/**
 * A write-ahead file for the time that the warehouse does not answer or does not keep up. What was appended is on the disk
 * when `append` resolves and is handed out, oldest first, by this process or the next one. A file is deleted when all of it
 * was taken, so after a crash some of it is handed out twice; rows are the same then, and count once.
 *
 * `<owner>.<number>.part` is being written; `.log` is complete.
 */
export class Spool {
  private readonly owner: string;
  private part: { handle: FileHandle; path: string; bytes: number } | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private number = 0;
  private total: number;

  /** @param name tells this process from others on this machine that share the folder, such as its port */
  constructor(
    private readonly folder: string,
    private readonly limitBytes: number,
    name: string,
  ) {
    this.owner = `${hostname()}-${name}`.replaceAll(/[^\w-]/g, '_');
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(folder)) if (file.startsWith(`${this.owner}.`)) this.markComplete(file);
    this.total = readdirSync(folder).reduce((sum, file) => sum + sizeOf(join(folder, file)), 0);
  }

  /** Bytes on the disk that are not stored yet. */
  get bytes(): number {
    return this.total;
  }

  /** Resolves when the record is on the disk. @throws SERVICE_DOWN when the spool or the disk is full */
  append(record: Buffer): Promise<void> {
    return this.inTurn(async () => {
      if (this.total + record.length + HEAD_BYTES > this.limitBytes) throw down('no connection, and its spool is full');
      const head = Buffer.alloc(HEAD_BYTES);
      head.writeUInt32LE(record.length, 0);
      head.writeUInt32LE(crc32(record), 4);
      try {
        this.part ??= await this.openPart();
        await this.part.handle.appendFile(Buffer.concat([head, record]));
        await this.part.handle.datasync();
      } catch (error) {
        // Half a record may be in the file; what comes next goes into another one.
        await this.closePart().catch(() => undefined);
        const isDiskFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
        throw down(
          isDiskFull ? 'the disk is full; free some space' : 'no connection, and its spool cannot be written',
          error,
        );
      }
      this.part.bytes += HEAD_BYTES + record.length;
      this.total += HEAD_BYTES + record.length;
      if (this.part.bytes > SEGMENT_BYTES) await this.closePart();
    });
  }

  /** The files as they are now, oldest first; what is appended later is in none of them. */
  async complete(): Promise<SpoolFile[]> {
    await this.inTurn(() => this.closePart());
    this.adoptOrphans();
    return readdirSync(this.folder)
      .filter((name) => name.endsWith('.log'))
      .sort((a, b) => ageOf(a).localeCompare(ageOf(b)))
      .map((name) => this.file(join(this.folder, name)));
  }

  close(): Promise<void> {
    return this.inTurn(() => this.closePart());
  }

  private file(path: string): SpoolFile {
    return {
      read: async () => readRecords(await readFile(path)),
      remove: () => {
        const bytes = sizeOf(path);
        unlinkSync(path);
        this.total = Math.max(0, this.total - bytes);
      },
    };
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async openPart() {
    const age = `${Date.now().toString().padStart(15, '0')}-${String((this.number += 1)).padStart(6, '0')}`;
    const path = join(this.folder, `${this.owner}.${age}.part`);
    const handle = await open(path, 'ax', 0o600);
    await syncFolder(this.folder);
    return { handle, path, bytes: 0 };
  }

  private async closePart(): Promise<void> {
    const { part } = this;
    if (!part) return;
    this.part = undefined;
    await part.handle.close();
    renameSync(part.path, part.path.replace(/\.part$/, '.log'));
  }

  private markComplete(file: string): void {
    if (file.endsWith('.part')) renameSync(join(this.folder, file), join(this.folder, file.replace(/\.part$/, '.log')));
  }

  private adoptOrphans(): void {
    for (const file of readdirSync(this.folder)) {
      const path = join(this.folder, file);
      const isOurs = path === this.part?.path;
      if (!isOurs && file.endsWith('.part') && Date.now() - statSync(path).mtimeMs > ORPHAN_MS) this.markComplete(file);
    }
  }
}

/** Reads up to the first record that is not as it was written; only one that nobody was told of can be so. */
function readRecords(content: Buffer): Records {
  const records: Buffer[] = [];
  let at = 0;
  while (at + HEAD_BYTES <= content.length) {
    const start = at + HEAD_BYTES;
    const record = content.subarray(start, start + content.readUInt32LE(at));
    if (start + content.readUInt32LE(at) > content.length || crc32(record) !== content.readUInt32LE(at + 4)) break;
    records.push(record);
    at = start + record.length;
  }
  return { records, isWhole: at === content.length };
}

/** The part of a file's name that says when it was begun. */
function ageOf(file: string): string {
  return file.split('.').at(-2) ?? '';
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function down(reason: string, cause?: unknown): AppError {
  return new AppError('SERVICE_DOWN', { service: 'warehouse', reason }, { cause });
}
