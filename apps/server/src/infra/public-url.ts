import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config.js';

/** Where people reach this server, for the links in messages: what an admin said, or where it listens. */
@Injectable()
export class PublicUrl {
  private url: string | undefined;

  constructor(@Inject(CONFIG) config: Config) {
    this.url = config.publicUrl;
  }

  /** Told once the port is known. */
  listening(url: string): void {
    this.url ??= url;
  }

  get(): string {
    if (!this.url) throw new Error('The public URL was asked for before the server listens');
    return this.url;
  }
}
