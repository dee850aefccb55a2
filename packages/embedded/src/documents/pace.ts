import { setImmediate as nextTurn } from 'node:timers/promises';
import { CommandError } from './command-error.js';

/** How long one command may keep the event loop to itself. */
const sliceMs = 4;

/** A stretch of time on the thread. */
export class Slice {
  private readonly end: number;

  constructor(lengthMs: number) {
    this.end = performance.now() + lengthMs;
  }

  get isOver(): boolean {
    return performance.now() >= this.end;
  }
}

/**
 * Shares the one thread among clients: long work asks `isDue` as it goes and rests when its slice is over.
 * Resting lets other connections be served and is where a command's time limit and its client's departure show.
 */
export class Pace {
  private slice = new Slice(sliceMs);
  private deadline = Infinity;
  private hasLeft: () => boolean = () => false;

  /**
   * Begins to work for a command; a cursor works for one after another.
   * @param limitMs how long the command may take, without limit when zero
   * @param hasLeft whether nobody waits for the answer any more
   */
  begin(limitMs: number, hasLeft: () => boolean): void {
    this.slice = new Slice(sliceMs);
    this.deadline = limitMs > 0 ? performance.now() + limitMs : Infinity;
    this.hasLeft = hasLeft;
  }

  get isDue(): boolean {
    return this.slice.isOver;
  }

  /**
   * Lets others go first.
   * @throws MaxTimeMSExpired when the command's time is over
   * @throws Interrupted when the client has left
   */
  async rest(): Promise<void> {
    this.check();
    await nextTurn();
    this.slice = new Slice(sliceMs);
    this.check();
  }

  /** Rests only if the slice is over. */
  async restIfDue(): Promise<void> {
    if (this.isDue) await this.rest();
  }

  private check(): void {
    if (performance.now() > this.deadline) {
      throw new CommandError('MaxTimeMSExpired', 'operation exceeded time limit');
    }
    if (this.hasLeft()) throw new CommandError('Interrupted', 'the client closed the connection');
  }
}
