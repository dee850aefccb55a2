import { decompress as unpackZstd } from 'fzstd';
import kafkajs from 'kafkajs';
import lz4 from 'lz4js';
import snappy from 'snappyjs';

/** What the Java client writes before blocks of Snappy, each of which then begins with its length. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** Lets the library unpack what producers compress with; by itself it knows gzip alone. What we write is not compressed. */
export function addCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => reading(unpackSnappy);
  CompressionCodecs[CompressionTypes.LZ4] = () => reading((packed) => lz4.decompress(packed));
  CompressionCodecs[CompressionTypes.ZSTD] = () => reading((packed) => unpackZstd(packed));
}

function reading(unpack: (packed: Buffer) => Uint8Array) {
  return {
    compress: () => Promise.reject(new Error('Messages are written without compression')),
    decompress: (packed: Buffer) => Promise.resolve(bufferOf(unpack(packed))),
  };
}

function unpackSnappy(packed: Buffer): Uint8Array {
  if (!packed.subarray(0, XERIAL.length).equals(XERIAL)) return snappy.uncompress(packed);
  const blocks: Uint8Array[] = [];
  for (let at = XERIAL_HEADER_BYTES; at < packed.length;) {
    const end = at + 4 + packed.readInt32BE(at);
    blocks.push(snappy.uncompress(packed.subarray(at + 4, end)));
    at = end;
  }
  return Buffer.concat(blocks);
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
