import type { TableFormat } from './table-format.js';
import type { TableFile } from './table-file.js';
import { notAsNamed } from './not-as-named.js';

const signatures: [bytes: string, reason: string][] = [
  ['1f8b', 'it is compressed with gzip; unpack it first'],
  ['28b52ffd', 'it is compressed with Zstandard; unpack it first'],
  ['504b0304', 'it is a ZIP archive or an Excel workbook; save the sheet as CSV UTF-8'],
  ['d0cf11e0', 'it is an old Excel or Word document; save the sheet as CSV UTF-8'],
  ['89504e47', 'it is a PNG image'],
  ['ffd8ff', 'it is a JPEG image'],
  ['47494638', 'it is a GIF image'],
  ['25504446', 'it is a PDF document'],
  ['53514c69746520666f726d6174', 'it is an SQLite database'],
  ['50415245', 'it is an encrypted Parquet file'],
  ['fffe', 'it is in UTF-16; save it as UTF-8'],
  ['feff', 'it is in UTF-16; save it as UTF-8'],
];
const PARQUET_SIGNATURE = '50415231';
const BYTE_ORDER_MARK = 'efbbbf';

/**
 * Refuses a file whose first bytes show that it is something else than its name says.
 * @throws FILE_NOT_AS_NAMED
 */
export function refuseDisguise(file: TableFile, head: Buffer): void {
  const reason = file.bytes === 0 ? 'it is empty' : disguiseOf(file.format, head);
  if (reason) throw notAsNamed(file, reason);
}

function disguiseOf(format: TableFormat, head: Buffer): string | null {
  const { kind } = format;
  const isParquet = startsWith(head, PARQUET_SIGNATURE);
  if (isParquet) return kind === 'parquet' ? null : 'it is a Parquet file';
  const signature = signatures.find(([bytes]) => startsWith(head, bytes));
  if (signature) return signature[1];
  const text = head.toString('utf8').replace(/^\uFEFF/, '');
  const markup = markupOf(text);
  if (markup) return markup;
  if (/^(\0[^\0]|[^\0]\0){4}/.test(head.toString('latin1'))) return 'it is in UTF-16; save it as UTF-8';
  if (head.includes(0)) return kind === 'parquet' ? 'it does not begin with PAR1' : 'it holds binary data';
  if (kind === 'parquet') return 'it is a text file, perhaps CSV or JSON';
  if (text.trim() === '') return 'it is empty';
  if (kind === 'csv' && /^\s*(\{\s*"|\[\s*\{)/.test(text)) return 'it holds JSON';
  // The warehouse takes the mark for a part of the first value where no row of names comes before it.
  const isMarked = startsWith(head, BYTE_ORDER_MARK) && format.kind === 'csv' && !format.dialect.header;
  return isMarked ? 'it begins with a byte order mark; save it without, or put a row of names above' : null;
}

function markupOf(text: string): string | null {
  if (/^\s*<(!doctype\s+html|html|head|body)\b/i.test(text))
    return 'it is a web page; perhaps the download needed a login';
  return /^\s*<\?xml\b/i.test(text) ? 'it is an XML document' : null;
}

function startsWith(head: Buffer, hex: string): boolean {
  return head.subarray(0, hex.length / 2).toString('hex') === hex;
}
