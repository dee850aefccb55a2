import type { SyncLogLine, SyncRun } from '@pelton/contract';

const LONGEST_LINE = 1_000;

/** What an attempt has to tell; the engine writes it down with each beat. */
export class SyncReport {
  way: SyncRun['way'] = null;
  rows = 0;
  bytes = 0;
  private lines: SyncLogLine[] = [];

  info(message: string): void {
    this.say('info', message);
  }

  warn(message: string): void {
    this.say('warn', message);
  }

  error(message: string): void {
    this.say('error', message);
  }

  /** Lines that nobody has taken yet. */
  takeLines(): SyncLogLine[] {
    const taken = this.lines;
    this.lines = [];
    return taken;
  }

  private say(level: SyncLogLine['level'], message: string): void {
    this.lines.push({ at: new Date().toISOString(), level, message: message.slice(0, LONGEST_LINE) });
    if (this.lines.length > 500) this.lines.splice(0, this.lines.length - 500);
  }
}
