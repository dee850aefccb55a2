import { Document, isMap, isScalar, visit, type YAMLMap } from 'yaml';

/** So long a map may be that stands in one line, such as `{ connection: shop, stream: orders }`. */
const ONE_LINE = 64;

/**
 * Writes a value as YAML that reads well and differs only where the value does.
 * @param schema address of the JSON Schema that editors complete by
 */
export function toYaml(value: unknown, schema?: string): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Map(_key, node, path) {
      if (path.length > 1 && isShort(node)) node.flow = true;
    },
  });
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: true });
  return schema ? `# yaml-language-server: $schema=${schema}\n${text}` : text;
}

function isShort(map: YAMLMap): boolean {
  const pairs = map.items.map(({ key, value }) =>
    isScalar(value) || isEmpty(value) ? `${String(key)}: ${String(value)}, ` : undefined,
  );
  if (pairs.length === 0) return true;
  return pairs.every((pair) => pair !== undefined && !pair.includes('\n')) && pairs.join('').length <= ONE_LINE;
}

function isEmpty(node: unknown): boolean {
  return isMap(node) && node.items.length === 0;
}
