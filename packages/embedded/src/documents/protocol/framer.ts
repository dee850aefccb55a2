import { CommandError } from '../command-error.js';

const headerBytes = 16;

/** Cuts a stream of bytes into whole messages. */
export class Framer {
  private chunks: Buffer[] = [];
  private size = 0;

  /**
   * Takes what has arrived and gives the messages that are complete.
   * @param maxBytes the longest message that is accepted
   * @throws ProtocolError when the length in front of a message cannot be right
   */
  push(chunk: Buffer, maxBytes: number): Buffer[] {
    this.chunks.push(chunk);
    this.size += chunk.length;
    const messages: Buffer[] = [];
    for (let length = this.nextLength(maxBytes); length !== undefined; length = this.nextLength(maxBytes)) {
      const all = this.joined();
      messages.push(all.subarray(0, length));
      this.chunks = [all.subarray(length)];
      this.size -= length;
    }
    return messages;
  }

  /** The length of the first message if all of it is here. */
  private nextLength(maxBytes: number): number | undefined {
    if (this.size < 4) return undefined;
    const head = this.chunks[0]!.length < 4 ? this.joined() : this.chunks[0]!;
    const length = head.readInt32LE(0);
    if (length < headerBytes || length > maxBytes) {
      throw new CommandError('ProtocolError', `a message of ${length} bytes is not acceptable`);
    }
    return this.size < length ? undefined : length;
  }

  private joined(): Buffer {
    const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks);
    this.chunks = [all];
    return all;
  }
}
