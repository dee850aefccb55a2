import { Injectable } from '@nestjs/common';
import type { LiveCall, LiveCalls, LiveFilter } from '@pelton/contract';
import { pauseUnless } from '../../common/followed.js';
import { KeysService } from '../../keys/keys.service.js';
import { type ArrivedBatch, ArrivedCalls } from './arrived-calls.js';
import { type SeenCall, matches, toSeen } from './seen-call.js';
import { asSent } from './as-sent.js';

const LOOK_EVERY_MS = 300;
/** So that proxies do not take a quiet line for a dead one. */
const BEAT_MS = 15_000;
const MOST_AT_ONCE = 50;
const MOST_AT_FIRST = 200;

/** Calls as they come in to this process, for those who look on. */
@Injectable()
export class LiveService {
  private readonly latest = new ArrivedCalls();

  constructor(private readonly keys: KeysService) {}

  note(projectId: string, arrived: ArrivedBatch): void {
    this.latest.add(projectId, arrived);
  }

  /** What came in the last minutes, then each time what is new; empty now and then, as a sign of life. */
  async *follow(projectId: string, filter: LiveFilter, left: AbortSignal): AsyncGenerator<LiveCalls> {
    let seen = 0;
    let most = MOST_AT_FIRST;
    let saidAt = 0;
    while (!left.aborted) {
      const arrived = this.latest.after(projectId, seen, Date.now());
      seen = arrived.at(-1)?.id ?? seen;
      const found = arrived.map(toSeen).filter((call) => matches(call, filter));
      if (found.length > 0 || Date.now() - saidAt > BEAT_MS) {
        const left = most === MOST_AT_FIRST ? 0 : Math.max(0, found.length - most);
        yield { calls: await this.withTitles(projectId, found.slice(-most)), left };
        saidAt = Date.now();
      }
      most = MOST_AT_ONCE;
      await pauseUnless(left, LOOK_EVERY_MS);
    }
  }

  private async withTitles(projectId: string, calls: SeenCall[]): Promise<LiveCall[]> {
    const titles = await this.keys.titles(projectId, [...new Set(calls.map(({ keyId }) => keyId))]);
    return calls.map(({ sent, ...call }) => ({ ...call, keyTitle: titles.get(call.keyId) ?? '', sent: asSent(sent) }));
  }
}
