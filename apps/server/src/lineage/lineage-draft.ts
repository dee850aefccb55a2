import type { Lineage, LineageEdge, LineageNode, LineageNoun } from '@pelton/contract';
import type { StoredRead } from './stored-part.js';

/** What is stored of users, and what all of it together is called. */
const ALL = { event: 'All events', trait: 'All traits', item: 'All items' } as const;
type StoredNoun = keyof typeof ALL;

/** A lineage that is being put together; a thing that is named twice is one. */
export class LineageDraft {
  private readonly nodes = new Map<string, LineageNode>();
  private readonly edges = new Map<string, LineageEdge>();

  /** @returns the id of the node */
  node(
    noun: LineageNoun,
    name: string,
    more: { title?: string | undefined; within?: string; columns?: readonly string[] } = {},
  ): string {
    const id = `${noun}/${name}`;
    const before = this.nodes.get(id);
    const columns = [...new Set([...(before?.columns ?? []), ...(more.columns ?? [])])];
    const within = more.within ?? before?.within;
    const title = more.title ?? before?.title ?? name;
    this.nodes.set(id, { id, noun, name, title, ...(within !== undefined && { within }), columns });
    return id;
  }

  /** @param columns null where only the whole is known */
  edge(from: string, to: string, columns: LineageEdge['columns'] = null, rows: readonly string[] = []): void {
    this.edges.set(`${from}\n${to}\n${this.edges.size}`, { from, to, columns, rows: [...new Set(rows)] });
  }

  /** Every column goes on under its own name. */
  pass(from: string, to: string, columns: readonly string[]): void {
    this.edge(from, to, columns.length > 0 ? columns.map((column) => ({ from: column, to: column })) : null);
  }

  /** Events of one name, items of one type, a trait, or all there are with no name. */
  stored(noun: StoredNoun, name: string, columns: readonly string[] = []): string {
    return this.node(noun, name, { columns, ...(name === '' && { title: ALL[noun] }) });
  }

  /** A thing writes events of a name or items of a type. */
  stores(from: string, noun: 'event' | 'item', name: string, columns: readonly string[]): void {
    const id = this.stored(noun, name, columns);
    this.pass(from, id, columns);
    this.pass(id, `${noun}/`, columns);
  }

  /** A thing writes a trait of users as a column of that name. */
  storesTrait(from: string, name: string): void {
    const id = this.stored('trait', name);
    this.edge(from, id, [{ from: name, to: 'value' }]);
    this.pass(id, 'trait/', ['value']);
  }

  /** A thing reads what is stored. */
  reads(id: string, { part, columns, rows }: StoredRead): void {
    const read = [...columns.map(({ from }) => from), ...rows];
    this.edge(this.stored(part.noun, part.name, part.noun === 'trait' ? [] : read), id, columns, rows);
  }

  /** What leads from or to a thing that nobody named is left out, such as to all events where nobody looks at all. */
  done(): Lineage {
    const edges = [...this.edges.values()].filter(({ from, to }) => this.nodes.has(from) && this.nodes.has(to));
    return { nodes: [...this.nodes.values()], edges };
  }
}
