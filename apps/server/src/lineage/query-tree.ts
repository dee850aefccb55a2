/** A node of the warehouse's resolved query tree, as EXPLAIN QUERY TREE prints it. */
export interface TreeNode {
  /** `QUERY`, `COLUMN`, or the name of a part such as `WHERE`. */
  kind: string;
  id: string | undefined;
  /** The line as it is. */
  text: string;
  children: TreeNode[];
}

const INDENT = 2;

/** Reads the lines of EXPLAIN QUERY TREE by their indentation. */
export function readQueryTree(lines: readonly string[]): TreeNode {
  const root: TreeNode = { kind: 'ROOT', id: undefined, text: '', children: [] };
  const path: TreeNode[] = [root];
  for (const line of lines) {
    const text = line.trimStart();
    const depth = (line.length - text.length) / INDENT + 1;
    const [, kind = text, id] = /^([A-Z_]+(?: [A-Z]+)*)(?: id: (\d+))?(?:,|$)/.exec(text) ?? [];
    const node = { kind, id, text, children: [] };
    path[depth - 1]?.children.push(node);
    path[depth] = node;
    path.length = depth + 1;
  }
  return root;
}

export function partOf(node: TreeNode, name: string): TreeNode | undefined {
  return node.children.find((child) => child.kind === name && child.id === undefined);
}

/** What stands in a node's list, such as the expressions of a projection. */
export function listOf(part: TreeNode | undefined): TreeNode[] {
  return part?.children[0]?.children ?? [];
}
