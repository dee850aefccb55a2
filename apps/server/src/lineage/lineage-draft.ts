import type { Lineage, LineageEdge, LineageNode, LineageNoun } from '@pelton/contract';

/** A lineage that is being put together; a thing that is named twice is one. */
export class LineageDraft {
  private readonly nodes = new Map<string, LineageNode>();
  private readonly edges = new Map<string, LineageEdge>();

  /** @returns the id of the node */
  node(
    noun: LineageNoun,
    name: string,
    more: { title?: string | undefined; columns?: readonly string[] } = {},
  ): string {
    const id = `${noun}/${name}`;
    const before = this.nodes.get(id);
    const columns = [...new Set([...(before?.columns ?? []), ...(more.columns ?? [])])];
    this.nodes.set(id, { id, noun, name, title: more.title ?? before?.title ?? name, columns });
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

  done(): Lineage {
    const edges = [...this.edges.values()].filter(({ from, to }) => this.nodes.has(from) && this.nodes.has(to));
    return { nodes: [...this.nodes.values()], edges };
  }
}
