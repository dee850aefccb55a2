import { baseType, type CatalogueColumn, isBoolean } from './column-type.js';

const BYTES = /^(tiny|medium|long)?blob|^(var)?binary|^vector/;
const SHAPES = /^(geometry|point|linestring|polygon|multi\w+|geom\w+)$/;

/** A name as SQL text. */
export function quote(...path: string[]): string {
  return path.map((name) => `\`${name.replaceAll('`', '``')}\``).join('.');
}

/**
 * All columns of a table, called `t` in it, as text or numbers that the warehouse reads as the same value, whatever the
 * time zone of the connection.
 */
export function selectAll(database: string, table: string, columns: CatalogueColumn[]): string {
  const list = columns.map(({ name, type }) => `${valueOf(quote('t', name), type)} AS ${quote(name)}`);
  return `SELECT ${list.join(', ')} FROM ${quote(database, table)} AS t`;
}

function valueOf(column: string, type: string): string {
  if (isBoolean(type)) return `${column} <> 0`;
  const base = baseType(type);
  if (BYTES.test(base)) return `LOWER(HEX(${column}))`;
  if (SHAPES.test(base)) return `ST_AsText(${column})`;
  switch (base) {
    case 'float':
      return `${column} + 0e0`; // by itself it is written with six digits only
    case 'bit':
    case 'year':
      return `CAST(${column} AS UNSIGNED)`;
    case 'timestamp':
      return `CAST(TIMESTAMP('1970-01-01') + INTERVAL NULLIF(UNIX_TIMESTAMP(${column}), 0) SECOND AS CHAR)`;
    case 'date':
      return within(column, '2299-12-31');
    case 'datetime':
      return within(column, '2299-12-31 23:59:59.999999');
    case 'time':
    case 'enum':
    case 'set':
    case 'json':
    case 'uuid':
    case 'inet4':
    case 'inet6':
      return `CAST(${column} AS CHAR)`;
    default:
      return column;
  }
}

/** Days that are none, such as 0000-00-00 or the 31st of February, and those that the warehouse cannot hold become null. */
function within(column: string, last: string): string {
  const isDay = `DAYOFMONTH(${column}) BETWEEN 1 AND DAYOFMONTH(LAST_DAY(${column}))`;
  return `CAST(CASE WHEN ${isDay} AND ${column} BETWEEN '1900-01-01' AND '${last}' THEN ${column} END AS CHAR)`;
}
