import { AppError, type Sql, type SqlValue } from '@pelton/contract';

/** What may stand in `${…}` of the {@link sql} tag: another fragment, or a value that is bound by its JavaScript type. */
export type SqlInput = Sql | SqlValue | string | number | boolean | readonly string[] | readonly number[];

/**
 * Writes SQL with values that are always bound, never text: a string becomes `{p1:String}` when it is rendered.
 * Fragments compose: `sql\`SELECT * FROM (${inner}) WHERE country = ${country}\``.
 */
export function sql(strings: TemplateStringsArray, ...inputs: SqlInput[]): Sql {
  const parts: Sql['parts'] = [];
  strings.forEach((text, index) => {
    append(parts, text);
    const input = inputs[index];
    if (input === undefined) return;
    if (isFragment(input)) input.parts.forEach((part) => append(parts, part));
    else parts.push(toValue(input));
  });
  return { parts };
}

/** A value of a ClickHouse type that its JavaScript type does not tell, such as `bind('DateTime64(3)', '2026-01-01 00:00:00')`. */
export function bind(type: string, value: SqlValue['value']): SqlValue {
  return { type, value };
}

/** An instant from ISO 8601, to the millisecond, in UTC. */
export function instant(iso: string): SqlValue {
  return bind("DateTime64(3, 'UTC')", new Date(iso).toISOString().replace('T', ' ').replace('Z', ''));
}

/** A column, table or alias. Names cannot be bound everywhere in ClickHouse, so they are quoted. */
export function identifier(...path: string[]): Sql {
  return { parts: [path.map(quote).join('.')] };
}

/** Fragments with text between, such as `join([a, b], ' AND ')`; nothing for no fragments. */
export function join(fragments: readonly Sql[], separator = ', '): Sql {
  const parts: Sql['parts'] = [];
  fragments.forEach((fragment, index) => {
    if (index > 0) append(parts, separator);
    fragment.parts.forEach((part) => append(parts, part));
  });
  return { parts };
}

/** The text that ClickHouse gets and the parameters beside it. Equal values share a parameter. */
export function render(fragment: Sql): { text: string; params: Record<string, SqlValue['value']> } {
  const names = new Map<string, string>();
  const params: Record<string, SqlValue['value']> = {};
  const text = fragment.parts.map((part) => {
    if (typeof part === 'string') return part;
    const key = JSON.stringify([part.type, part.value]);
    const name = names.get(key) ?? `p${names.size + 1}`;
    names.set(key, name);
    params[name] = part.value;
    return `{${name}:${part.type}}`;
  });
  return { text: text.join(''), params };
}

/** The same SQL with its values written in, for a person to read or to paste into a client. */
export function toReadable(fragment: Sql): string {
  return fragment.parts.map((part) => (typeof part === 'string' ? part : literal(part.value, part.type))).join('');
}

function append(parts: Sql['parts'], part: string | SqlValue): void {
  const last = parts.length - 1;
  if (typeof part === 'string' && typeof parts[last] === 'string') parts[last] += part;
  else if (part !== '') parts.push(part);
}

function isFragment(input: SqlInput): input is Sql {
  return typeof input === 'object' && 'parts' in input;
}

function toValue(input: Exclude<SqlInput, Sql>): SqlValue {
  if (typeof input === 'object' && 'type' in input) return input;
  if (typeof input === 'string') return bind('String', input);
  if (typeof input === 'boolean') return bind('Bool', input);
  if (typeof input === 'number') return bind(numberType([input]), input);
  const list = [...input];
  return bind(
    list.every((item) => typeof item === 'number') && list.length > 0 ? `Array(${numberType(list)})` : 'Array(String)',
    list,
  );
}

function numberType(numbers: readonly number[]): string {
  const unreadable = numbers.find((number) => !Number.isFinite(number));
  if (unreadable !== undefined)
    throw new AppError('PARAM_INVALID', { field: 'value', reason: `${unreadable} is not a number` });
  return numbers.every(Number.isSafeInteger) ? 'Int64' : 'Float64';
}

function quote(name: string): string {
  return `\`${name.replace(/\\/g, '\\\\').replace(/`/g, '\\`')}\``;
}

function literal(value: SqlValue['value'], type: string): string {
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, '')).join(', ')}]`;
  if (value === null) return 'NULL';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const plain = typeof value === 'string' ? value : JSON.stringify(value);
  const text = `'${plain.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
  return type.startsWith('DateTime64') ? `toDateTime64(${text}, 3, 'UTC')` : text;
}
