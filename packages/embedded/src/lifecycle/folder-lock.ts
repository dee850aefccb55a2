import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identifyProcess, isRunning, type ProcessIdentity, processSpace } from './process-identity.js';

/** Who holds a folder. */
export interface Holder extends ProcessIdentity {
  /** The process that started the holder and without which the holder has to end. */
  parent?: ProcessIdentity | undefined;
}

export type LockAttempt = { kind: 'locked'; release: () => void } | { kind: 'held'; holder: Holder };

const PREFIX = '.holder-';
const BEAT_MS = 5_000;
/** A holder whose process numbers we cannot look up, such as one in another container, counts by its heartbeat. */
const SILENT_MS = 20_000;

/**
 * Takes a folder for this process alone, or tells who has it.
 *
 * Every starter puts up a file of its own and then looks at the files of the others: of two, at least the later one
 * sees the other, so both can never succeed. Whoever sees a living other takes its own file down and tries again after
 * a random time. Files of the dead count for nothing, so there is no lock to steal; the next holder removes them.
 */
export async function lockFolder(folder: string, parent?: ProcessIdentity): Promise<LockAttempt> {
  for (;;) {
    const holder = livingHolders(folder)[0];
    if (holder) return { kind: 'held', holder };
    const own = putUp(folder, parent);
    if (livingHolders(folder, own).length === 0) return { kind: 'locked', release: keep(folder, own) };
    rmSync(join(folder, own), { force: true });
    await sleep(5 + Math.random() * 50);
  }
}

function putUp(folder: string, parent: ProcessIdentity | undefined): string {
  const identity = identifyProcess(process.pid);
  if (!identity) throw new Error('This process cannot find itself in the process list');
  const name = `${PREFIX}${process.pid}-${randomUUID().slice(0, 8)}`;
  const draft = join(folder, `.draft-${name}`);
  const holder: Holder = { ...identity, parent };
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
  renameSync(draft, join(folder, name)); // so that nobody sees half a file
  return name;
}

function keep(folder: string, own: string): () => void {
  for (const name of holderFiles(folder)) if (name !== own) rmSync(join(folder, name), { force: true });
  const beat = setInterval(() => touch(join(folder, own)), BEAT_MS).unref();
  return () => {
    clearInterval(beat);
    rmSync(join(folder, own), { force: true });
  };
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // the folder was removed below us; whoever holds nothing needs no heartbeat
  }
}

function livingHolders(folder: string, except?: string): Holder[] {
  return holderFiles(folder).flatMap((name) => {
    const holder = name === except ? undefined : readHolder(join(folder, name));
    return holder ? [holder] : [];
  });
}

function holderFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith(PREFIX));
}

function readHolder(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Holder; // written by putUp, whole
    const isAlive =
      holder.space === processSpace() ? isRunning(holder) : Date.now() - statSync(file).mtimeMs < SILENT_MS;
    return isAlive ? holder : undefined;
  } catch {
    return undefined; // taken down while we looked
  }
}
