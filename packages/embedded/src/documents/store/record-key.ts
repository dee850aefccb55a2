/** Numbers of collections and indexes lead every key; numbers of records end it. */
const ownerBytes = 4;
const recordBytes = 6;

/** The key of a record in a collection; keys of one collection are in the order in which records were made. */
export function recordKey(collection: number, record: number): Buffer {
  const key = Buffer.allocUnsafe(ownerBytes + recordBytes);
  key.writeUInt32BE(collection);
  key.writeUIntBE(record, ownerBytes, recordBytes);
  return key;
}

/** The key of an index entry: the values' bytes, then the record that has them. */
export function entryKey(index: number, values: Buffer, record: number): Buffer {
  const key = Buffer.allocUnsafe(ownerBytes + values.length + recordBytes);
  key.writeUInt32BE(index);
  key.set(values, ownerBytes);
  key.writeUIntBE(record, ownerBytes + values.length, recordBytes);
  return key;
}

/** Where keys that begin with these values start. */
export function valuesKey(index: number, values: Buffer): Buffer {
  const key = Buffer.allocUnsafe(ownerBytes + values.length);
  key.writeUInt32BE(index);
  key.set(values, ownerBytes);
  return key;
}

/** The record at the end of a key. */
export function recordOf(key: Buffer): number {
  return key.readUIntBE(key.length - recordBytes, recordBytes);
}

/** All keys of one collection or index: from the first to before the second. */
export function ownerRange(owner: number): { start: Buffer; end: Buffer } {
  const start = Buffer.allocUnsafe(ownerBytes);
  const end = Buffer.allocUnsafe(ownerBytes);
  start.writeUInt32BE(owner);
  end.writeUInt32BE(owner + 1);
  return { start, end };
}

/** The collection or index of a key. */
export function ownerOf(key: Buffer): number {
  return key.readUInt32BE();
}

/** How many bytes an entry's key has besides its values. */
export const entryOverhead = ownerBytes + recordBytes;
