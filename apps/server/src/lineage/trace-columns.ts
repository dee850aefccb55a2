import { listOf, partOf, readQueryTree, type TreeNode } from './query-tree.js';

/** A column of a table, or of a table function when there is no table. */
export interface LeafColumn {
  table: string | undefined;
  column: string;
}

/** What a query's columns are made of. */
export interface ColumnTrace {
  columns: Record<string, LeafColumn[]>;
  /** Columns that decide which rows there are: of conditions, joins, groups, orders. */
  rows: LeafColumn[];
}

/** @param lines of EXPLAIN QUERY TREE with its first pass only, which resolves names and changes nothing else */
export function traceColumns(lines: readonly string[]): ColumnTrace {
  const root = readQueryTree(lines);
  const byId = new Map<string, TreeNode>();
  index(root, byId);
  const tracer = new Tracer(byId);
  const [query] = root.children;
  if (!query) return { columns: {}, rows: [] };
  const columns = namesOf(query).map((name, at) => [name, unique(tracer.projected(query, at))] as const);
  return { columns: Object.fromEntries(columns), rows: unique(tracer.deciding(query)) };
}

/** A node that is printed again has no children the second time or the same ones; the first is kept. */
function index(node: TreeNode, byId: Map<string, TreeNode>): void {
  if (node.id !== undefined && !byId.has(node.id)) byId.set(node.id, node);
  for (const child of node.children) index(child, byId);
}

class Tracer {
  private readonly known = new Map<string, LeafColumn[]>();

  constructor(private readonly byId: ReadonlyMap<string, TreeNode>) {}

  /** What the column at a place of a query, or of each query of a union, is made of. */
  projected(query: TreeNode, at: number): LeafColumn[] {
    return queriesOf(query).flatMap((each) => {
      const expression = listOf(partOf(each, 'PROJECTION'))[at];
      return expression ? this.leaves(expression) : [];
    });
  }

  /** Columns outside of what a query gives, here and in the queries that it reads. */
  deciding(query: TreeNode): LeafColumn[] {
    return queriesOf(query).flatMap((each) =>
      each.children.flatMap((part) => {
        if (part.kind === 'PROJECTION' || part.kind === 'PROJECTION COLUMNS') return [];
        return part.kind === 'JOIN TREE' ? this.joined(part) : this.leaves(part);
      }),
    );
  }

  private joined(node: TreeNode): LeafColumn[] {
    return node.children.flatMap((child) => {
      if (child.kind === 'QUERY' || child.kind === 'UNION') return this.deciding(child);
      return child.kind === 'JOIN EXPRESSION' ? this.leaves(child) : this.joined(child);
    });
  }

  private leaves(node: TreeNode): LeafColumn[] {
    if (node.kind === 'COLUMN') return this.column(node);
    const trait = this.traitIn(node);
    if (trait) return [trait];
    if (node.kind === 'QUERY' || node.kind === 'UNION')
      return [...namesOf(node).flatMap((_name, at) => this.projected(node, at)), ...this.deciding(node)];
    return node.children.flatMap((child) => this.leaves(child));
  }

  /** One trait by its name, `traits['plan']`, wherever the map of a user's traits was put together. */
  private traitIn(node: TreeNode): LeafColumn | undefined {
    if (node.kind !== 'FUNCTION' || !node.text.includes('function_name: arrayElement,')) return undefined;
    const [map, key] = listOf(partOf(node, 'ARGUMENTS'));
    const name = /constant_value: '(.*)', constant_value_type: String$/.exec(key?.text ?? '')?.[1];
    if (map?.kind !== 'COLUMN' || name === undefined) return undefined;
    const made = this.column(map).find(({ table, column }) => isTraits(table, column));
    return made && { table: made.table, column: `traits.${name.replace(/\\(.)/g, '$1')}` };
  }

  private column(node: TreeNode): LeafColumn[] {
    const [, name = '', sourceId = ''] = /column_name: (.*), result_type: .*, source_id: (\d+)$/.exec(node.text) ?? [];
    // A value of whom an event is about is looked up in other tables, and known by the name that definitions call it.
    if (/^properties\.`?@/.test(name)) return [{ table: 'events', column: name }];
    const key = `${sourceId} ${name}`;
    const known = this.known.get(key);
    if (known) return known;
    this.known.set(key, []); // a circle ends here
    const found = this.fromSource(node, name, this.byId.get(sourceId));
    this.known.set(key, found);
    return found;
  }

  private fromSource(node: TreeNode, name: string, source: TreeNode | undefined): LeafColumn[] {
    if (!source) return node.children.flatMap((child) => this.leaves(child));
    switch (source.kind) {
      case 'QUERY':
      case 'UNION':
        return this.projected(source, namesOf(source).indexOf(name));
      case 'TABLE':
        return [{ table: /table_name: ([^,]+)/.exec(source.text)?.[1], column: name }];
      case 'TABLE_FUNCTION':
        return [{ table: undefined, column: name }];
      default:
        return node.children.flatMap((child) => this.leaves(child));
    }
  }
}

/** Where values of traits are: the table, and the view with one map a user. */
function isTraits(table: string | undefined, column: string): boolean {
  const name = table?.split('.').at(-1);
  return (name === 'user_traits' && column === 'value') || (name === 'users' && column === 'traits');
}

function queriesOf(node: TreeNode): TreeNode[] {
  return node.kind === 'UNION' ? listOf(partOf(node, 'QUERIES')).flatMap(queriesOf) : [node];
}

/** The names that a query gives its columns; those of a union are the first one's. */
function namesOf(node: TreeNode): string[] {
  const [first] = queriesOf(node);
  const columns = first && partOf(first, 'PROJECTION COLUMNS');
  return (columns?.children ?? []).map(({ text }) => withoutType(text));
}

/** `name Type(…, …)`: types have spaces only inside parentheses, names may have some anywhere. */
function withoutType(text: string): string {
  let depth = 0;
  for (let at = text.length - 1; at > 0; at -= 1) {
    if (text[at] === ')') depth += 1;
    if (text[at] === '(') depth -= 1;
    if (depth === 0 && text[at] === ' ') return text.slice(0, at);
  }
  return text;
}

function unique(leaves: readonly LeafColumn[]): LeafColumn[] {
  return [...new Map(leaves.map((leaf) => [`${leaf.table ?? ''} ${leaf.column}`, leaf])).values()];
}
