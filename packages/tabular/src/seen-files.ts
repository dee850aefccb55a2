import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { FileSource } from './table-file.js';

/** Which files an incremental read has done. Short marks stand for them, so that thousands fit into a state. */
const SeenFiles = z.object({ files: z.array(z.string()) });

const MARK_LENGTH = 12;

/** Stands for a file as it is now: 72 bits of the SHA-256 of its name and version. */
export function markOf({ name, version }: FileSource): string {
  return createHash('sha256').update(`${name}\0${version}`).digest('base64url').slice(0, MARK_LENGTH);
}

/** The marks of a state; none when there is no state, or one of another kind. */
export function marksIn(state: unknown): Set<string> {
  const read = SeenFiles.safeParse(state);
  return new Set(read.success ? read.data.files : []);
}
