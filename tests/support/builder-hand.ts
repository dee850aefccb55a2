import type { Locator, Page } from 'playwright-core';

export interface Point {
  x: number;
  y: number;
}

/** A card of the canvas as a person reads it: `lines` are its title, what it does, and what came of it. */
export interface CardText {
  step: string;
  state: string;
  lines: string[];
}

/** The builder as a hand with a mouse uses it. */
export class BuilderHand {
  readonly canvas: Locator;
  readonly panel: Locator;
  readonly refusal: Locator;

  constructor(private readonly page: Page) {
    this.canvas = page.getByRole('main', { name: 'Canvas' });
    this.panel = page.getByRole('complementary', { name: 'Step', exact: true });
    this.refusal = page.getByTestId('wire-refused');
  }

  card(step: string): Locator {
    return this.page.locator(`[data-step="${step}"]`);
  }

  cards(): Promise<CardText[]> {
    return this.page.locator('[data-step]').evaluateAll((cards) =>
      (cards as HTMLElement[]).map((card) => ({
        step: card.dataset.step ?? '',
        state: card.dataset.state ?? '',
        lines: card.innerText.split('\n'),
      })),
    ); // the selector finds elements of HTML
  }

  /** Takes a step from the palette and lets it go at a point of the canvas. @returns where in the window that was */
  async dragToCanvas(uses: string, at: Point): Promise<Point> {
    const { x: left, y: top } = await boxOf(this.canvas);
    const to = { x: left + at.x, y: top + at.y };
    const row = this.page.locator(`[data-uses="${uses}"]`).first();
    const search = this.page.getByRole('textbox', { name: 'Find a step to add' });
    const isFolded = !(await row.isVisible());
    if (isFolded) await search.fill(uses);
    await row.scrollIntoViewIfNeeded();
    await this.drag(await middleOf(row), to);
    if (isFolded) await search.fill('');
    return to;
  }

  /** Takes a card and lets it go so far from where it lay. */
  async dragCard(step: string, by: Point): Promise<void> {
    const { x, y } = await middleOf(this.card(step));
    await this.drag({ x, y }, { x: x + by.x, y: y + by.y });
  }

  /** Draws a wire between two ports, each `step.port`. */
  async drawWire(from: string, to: string): Promise<void> {
    await this.drag(await middleOf(this.port(from, 'out')), await middleOf(this.port(to, 'in')));
  }

  /** Draws a wire to a port and holds it there. */
  async holdWire(from: string, to: string): Promise<void> {
    await this.carry(await middleOf(this.port(from, 'out')), await middleOf(this.port(to, 'in')));
  }

  /** Draws a wire to a point of the window and lets it go. */
  async letGoWire(from: string, to: Point): Promise<void> {
    await this.drag(await middleOf(this.port(from, 'out')), to);
  }

  /** Draws a wire from an input to a point of the window and lets it go. */
  async letGoWireBack(from: string, to: Point): Promise<void> {
    await this.drag(await middleOf(this.port(from, 'in')), to);
  }

  /** Where a wire, named by where it ends (`step:port`), can be taken hold of. */
  async middleOfWire(wire: string): Promise<Point> {
    return middleOf(this.page.locator(`.vue-flow__edge[data-id="${wire}"] .vue-flow__edge-path`));
  }

  /** Opens the list of a field of the panel and takes an option. */
  async choose(label: string, option: string): Promise<void> {
    const field = this.panel.getByLabel(label, { exact: true });
    await field.click();
    const list = await field.getAttribute('aria-controls');
    await this.page.locator(`[id="${list}"]`).getByRole('option').filter({ hasText: option }).click();
  }

  /** Takes an entry of the menu that a key opened; the focus comes to the menu a moment after it is seen. */
  async pickByKey(entry: string): Promise<void> {
    await this.page.locator('[role="menu"]:focus').waitFor();
    await this.page.getByRole('menuitem', { name: entry, exact: true }).focus();
    await this.page.keyboard.press('Enter');
  }

  /** Waits until the run that was just started is over and went well. */
  async runIsDone(): Promise<void> {
    await this.page.locator('[data-run-state="done"]').waitFor({ timeout: 60_000 });
  }

  private port(ref: string, side: 'in' | 'out'): Locator {
    const [step, port] = ref.split('.');
    return this.page
      .locator('.vue-flow__node')
      .filter({ has: this.card(step ?? '') })
      .locator(`[data-port="${side}:${port}"]`);
  }

  /** Takes hold of something at a point of the window and lets it go at another. */
  async drag(from: Point, to: Point): Promise<void> {
    await this.carry(from, to);
    await this.page.mouse.up();
  }

  private async carry(from: Point, to: Point): Promise<void> {
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
    await mouse.move(to.x, to.y, { steps: 4 });
  }
}

export async function boxOf(element: Locator): Promise<Point & { width: number; height: number }> {
  const box = await element.boundingBox();
  if (!box) throw new Error(`${element.toString()} is not in sight`);
  return box;
}

export async function middleOf(element: Locator): Promise<Point> {
  const { x, y, width, height } = await boxOf(element);
  return { x: x + width / 2, y: y + height / 2 };
}
