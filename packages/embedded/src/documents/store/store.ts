import { mkdirSync } from 'node:fs';
import { open, type RootDatabase } from 'lmdb';
import { decode } from '../bson/decoder.js';
import { encode } from '../bson/encoder.js';
import type { BsonDocument } from '../bson/value.js';
import { CommandError } from '../command-error.js';
import { Collection, type CollectionDescription, type Tables } from './collection.js';
import { CommitQueue } from './commit-queue.js';
import { DirectWriter } from './direct-writer.js';
import { FolderClaim } from './holder.js';
import { Slice } from '../pace.js';
import { OpenTransactions } from './open-transactions.js';
import { Purge } from './purge.js';
import { Transaction } from './transaction.js';

const numberKey = 'next number';
const namePrefix = 'collection:';

/** The folder of documents: its catalogue of collections and the one way to change anything. */
export class Store {
  private readonly collections = new Map<string, Collection>();
  private readonly commits: CommitQueue;
  private readonly transactions = new OpenTransactions();
  private readonly purge: Purge;
  /** Writes at once; for use inside a change. */
  readonly writer: DirectWriter;

  private constructor(
    private readonly root: RootDatabase,
    readonly tables: Tables,
    private readonly claim: FolderClaim,
  ) {
    this.commits = new CommitQueue(root, () => this.load());
    this.purge = new Purge(tables, this.commits, (owner) => this.owners().has(owner));
    this.writer = new DirectWriter(tables, this.transactions, (collection) => this.isListed(collection));
    this.load();
    this.purge.abandonAllBut(this.owners());
  }

  /**
   * Opens a folder, which is made if it is not there.
   * @param flushes whether a commit waits until it is on the disk itself
   * @throws Error when another store has the folder open
   */
  static async open(folder: string, flushes: boolean): Promise<Store> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const claim = new FolderClaim(folder);
    try {
      // commits wait for the disk themselves: measured faster here than LMDB's flushing beside them
      const root = open({ path: folder, maxDbs: 4, overlappingSync: false, noSync: !flushes, noSubdir: false });
      try {
        const binary = { encoding: 'binary', keyEncoding: 'binary' } as const;
        const meta = root.openDB<Buffer, string>({ name: 'meta', encoding: 'binary' });
        const documents = root.openDB<Buffer, Buffer>({ name: 'documents', ...binary });
        const entries = root.openDB<Buffer, Buffer>({ name: 'entries', ...binary });
        claim.take(root, meta);
        return new Store(root, { meta, documents, entries }, claim);
      } catch (error) {
        await root.close();
        throw error;
      }
    } catch (error) {
      claim.release();
      throw error;
    }
  }

  /** Runs a change; resolves with its result when it is on disk. */
  change<T>(change: () => T): Promise<T> {
    return this.commits.run(change);
  }

  /** Says when a change that could go on has taken long enough. */
  startSlice(): Slice {
    return new Slice(this.commits.sliceMs);
  }

  beginTransaction(): Transaction {
    return new Transaction(this.writer, this.transactions);
  }

  /** Makes all that a transaction staged permanent, or none of it. */
  commitTransaction(transaction: Transaction): Promise<void> {
    return this.change(() => transaction.apply((collection) => this.isListed(collection)));
  }

  collection(name: string): Collection | undefined {
    return this.collections.get(name);
  }

  collectionsOf(database: string): Collection[] {
    return [...this.collections.values()].filter((collection) => collection.database === database);
  }

  allCollections(): Collection[] {
    return [...this.collections.values()];
  }

  isListed(collection: Collection): boolean {
    return this.collections.get(collection.name) === collection;
  }

  /** The collection of a name, made if there is none; for use inside a change. */
  ensureCollection(name: string, options: BsonDocument = {}): Collection {
    const existing = this.collections.get(name);
    if (existing) return existing;
    assertName(name);
    return this.list(this.newCollection(name, options));
  }

  /** A collection that is not in the catalogue yet, so that a crash leaves nothing of it; for use inside a change. */
  newCollection(name: string, options: BsonDocument): Collection {
    return new Collection(this.tables, name, Collection.describe(this.takeNumber(), this.takeNumber(), options));
  }

  /** Puts a collection into the catalogue in place of the one of its name; for use inside a change. */
  list(collection: Collection): Collection {
    this.drop(collection.name);
    this.collections.set(collection.name, collection);
    collection.save();
    return collection;
  }

  /** Drops a collection; for use inside a change. */
  drop(name: string): boolean {
    const collection = this.collections.get(name);
    if (!collection) return false;
    this.collections.delete(name);
    this.tables.meta.removeSync(Collection.metaKey(name));
    this.abandon(collection.number, ...collection.indexes.map(({ number }) => number));
    return true;
  }

  /** Gives a collection another name; for use inside a change. */
  rename(collection: Collection, name: string): void {
    assertName(name);
    this.collections.delete(collection.name);
    this.tables.meta.removeSync(Collection.metaKey(collection.name));
    collection.name = name;
    this.list(collection);
  }

  /** A number for a collection or an index, never given twice; for use inside a change. */
  takeNumber(): number {
    const bytes = this.tables.meta.getBinary(numberKey);
    const number = bytes ? Number(decode(bytes)['number']) : 1;
    this.tables.meta.putSync(numberKey, encode({ number: number + 1 }));
    return number;
  }

  /** Leaves the keys of a dropped collection or index to be removed later. */
  abandon(...owners: number[]): void {
    this.purge.abandon(...owners);
  }

  async close(): Promise<void> {
    await this.purge.stop();
    await this.commits.settled();
    this.claim.giveUp(this.tables.meta);
    await this.root.close();
    this.claim.release();
  }

  /** The numbers that keys of the folder may have. */
  private owners(): Set<number> {
    const collections = [...this.collections.values()];
    return new Set(collections.flatMap(({ number, indexes }) => [number, ...indexes.map((index) => index.number)]));
  }

  private load(): void {
    this.collections.clear();
    for (const { key, value } of this.tables.meta.getRange({ start: namePrefix, end: `${namePrefix}\uffff` })) {
      // written by `Collection.save` and by nobody else
      const description = decode(value) as unknown as CollectionDescription;
      const name = key.slice(namePrefix.length);
      this.collections.set(name, new Collection(this.tables, name, description));
    }
  }
}

/** @throws InvalidNamespace for names that a MongoDB server refuses too */
function assertName(name: string): void {
  const [database = ''] = name.split('.', 1);
  const collection = name.slice(database.length + 1);
  const isBad = database === '' || /[/\\ "$\0]/.test(database) || /[$\0]/.test(collection);
  if (isBad || collection === '' || collection.startsWith('.') || name.length > 255) {
    throw new CommandError('InvalidNamespace', `Invalid namespace specified '${name}'`);
  }
}
