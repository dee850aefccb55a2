/** Rows by a value: numbers by size, text as a person sorts it, empty ones last in both directions. */
export function sortRows<Row>(
  rows: readonly Row[],
  value: (row: Row) => string | number | null,
  isDown: boolean,
): Row[] {
  return rows.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    const order = typeof x === 'number' && typeof y === 'number' ? x - y : compareText(String(x), String(y));
    return isDown ? -order : order;
  });
}

const compareText = new Intl.Collator(undefined, { numeric: true }).compare;
