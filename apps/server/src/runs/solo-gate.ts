/** Lets work in together, but for work that has to be alone. First come, first served, so that neither waits for ever. */
export class SoloGate {
  private queue: { isSolo: boolean; enter: () => void }[] = [];
  private inside = 0;
  private hasSolo = false;

  async pass<T>(isSolo: boolean, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((enter) => {
      this.queue.push({ isSolo, enter });
      this.admit();
    });
    try {
      return await work();
    } finally {
      this.inside -= 1;
      if (isSolo) this.hasSolo = false;
      this.admit();
    }
  }

  private admit(): void {
    for (let first = this.queue[0]; first && this.mayEnter(first.isSolo); first = this.queue[0]) {
      this.queue.shift();
      this.inside += 1;
      this.hasSolo = first.isSolo;
      first.enter();
    }
  }

  private mayEnter(isSolo: boolean): boolean {
    return !this.hasSolo && (!isSolo || this.inside === 0);
  }
}
