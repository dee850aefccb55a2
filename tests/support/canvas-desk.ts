import type { Graph, Pipeline } from '@pelton/contract';
import type { Page } from 'playwright-core';
import type { Api, StepInput } from './api.js';
import { BuilderHand } from './builder-hand.js';

/** Pipelines on the canvas of one Pelton, a new one each time, and what is saved of them. */
export class CanvasDesk {
  readonly builder: BuilderHand;
  private number = 0;

  constructor(
    private readonly page: Page,
    private readonly api: Api,
    private readonly url: string,
  ) {
    this.builder = new BuilderHand(page);
  }

  private get name(): string {
    return `canvas-${this.number}`;
  }

  /** Opens a new pipeline of these steps and waits until it is checked. */
  async open({ steps, ...rest }: { steps: StepInput[] } & Partial<Omit<Graph, 'steps'>>): Promise<void> {
    this.number += 1;
    const graph = { layout: {}, ...rest, steps };
    await this.api.post('/api/pipelines', { name: this.name, title: this.name, graph });
    await this.page.goto(`${this.url}/pipelines/${this.name}`);
    await this.builder.card(steps[0]?.id ?? '').waitFor();
    await this.settled();
  }

  /** The draft once all of it is saved. */
  async saved(): Promise<Graph> {
    await this.page.keyboard.press('Control+s');
    await this.page.getByText(/^Saved \d\d:\d\d$/).waitFor();
    return (await this.api.get<Pipeline>(`/api/pipelines/${this.name}`)).draft;
  }

  /** Reads something of the saved draft, for a poll. */
  draft<T>(read: (graph: Graph) => T): () => Promise<T> {
    return async () => read(await this.saved());
  }

  /** What the inputs of each step read, for a poll. */
  readonly wires = this.draft(({ steps }) => Object.fromEntries(steps.map(({ id, inputs }) => [id, inputs])));

  /** The step that has the focus. */
  focused(): Promise<string | null | undefined> {
    return this.page.evaluate(() => document.activeElement?.getAttribute('data-id'));
  }

  private async settled(): Promise<void> {
    await this.page
      .getByRole('button', { name: 'Publish v1' })
      .and(this.page.locator(':not([aria-description="Checking the draft"])'))
      .waitFor();
    await this.page
      .getByText('Same as live')
      .or(this.page.getByText(/^Draft · /))
      .waitFor();
  }
}
