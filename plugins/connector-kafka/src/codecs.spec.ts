import kafkajs from 'kafkajs';
import snappy from 'snappyjs';
import { expect, test } from 'vitest';
import { addCodecs } from './codecs.js';

/** As the Java client frames it; what kcat packs with is tried in tests/connectors/kafka.spec.ts. */
function framed(...blocks: string[]): Buffer {
  const header = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const packed = blocks.map((block) => {
    const bytes = snappy.compress(Buffer.from(block));
    const size = Buffer.alloc(4);
    size.writeInt32BE(bytes.length);
    return Buffer.concat([size, bytes]);
  });
  return Buffer.concat([header, ...packed]);
}

test('Snappy is unpacked as the Java client frames it, in blocks, and as others do, without', async () => {
  addCodecs();
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  const codec = CompressionCodecs[CompressionTypes.Snappy]() as { decompress: (packed: Buffer) => Promise<Buffer> };
  expect((await codec.decompress(framed('first block, ', 'second'))).toString()).toBe('first block, second');
  expect((await codec.decompress(Buffer.from(snappy.compress(Buffer.from('plain'))))).toString()).toBe('plain');
});
