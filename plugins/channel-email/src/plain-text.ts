import { htmlTokens } from './html-tokens.js';

// Marks for “a line begins here” and “a paragraph begins here”; runs of them become line ends in the end.
const LINE = '\u2028';
const PARAGRAPH = '\u2029';
const BREAKS = /[ \t\n\u2028\u2029]*[\n\u2028\u2029][ \t\n\u2028\u2029]*/g;

const paragraphs = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'table', 'blockquote', 'hr']);
const lines = new Set(['div', 'tr', 'section', 'article', 'header', 'footer', 'li']);
const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  copy: '©',
  reg: '®',
  trade: '™',
  euro: '€',
  pound: '£',
  yen: '¥',
  middot: '·',
  bull: '•',
  times: '×',
};

/**
 * The words of a mail in HTML as plain text: paragraphs apart, list items with a hyphen, links with their address after
 * the words, images by their description. Layout is lost, as it must be.
 */
export function plainTextOf(html: string): string {
  const links: { href: string; start: number }[] = [];
  let text = '';
  for (const token of htmlTokens(html)) {
    if (token.kind === 'words') text += decode(token.text.replace(/\s+/g, ' '));
    else if (token.name !== 'a') text += marksOf(token);
    else if (token.kind === 'open') links.push({ href: attribute(token.attributes, 'href'), start: text.length });
    else text += addressAfter(text, links.pop());
  }
  return text
    .replace(BREAKS, lineEnds)
    .replace(/[ \t]{2,}/g, ' ')
    .trim();
}

function marksOf({ kind, name, attributes }: { kind: 'open' | 'close'; name: string; attributes: string }): string {
  if (name === 'br') return '\n';
  if (name === 'li' && kind === 'open') return `${LINE}- `;
  if (name === 'img') return attribute(attributes, 'alt');
  if (name === 'td' || name === 'th') return ' ';
  if (paragraphs.has(name)) return PARAGRAPH;
  return lines.has(name) ? LINE : '';
}

function lineEnds(breaks: string): string {
  if (breaks.includes(PARAGRAPH)) return '\n\n';
  return breaks.split('\n').length > 2 ? '\n\n' : '\n';
}

/** The address of a link, unless its words are the address already. */
function addressAfter(text: string, link: { href: string; start: number } | undefined): string {
  if (!link || !/^(https?|mailto|tel):/i.test(link.href)) return '';
  const words = text.slice(link.start).trim();
  if (words === '') return link.href;
  return words === link.href || `mailto:${words}` === link.href ? '' : ` (${link.href})`;
}

function attribute(attributes: string, name: string): string {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(attributes);
  return decode(found?.[1] ?? found?.[2] ?? found?.[3] ?? '').trim();
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{1,8}));/gi, (entity, decimal, hex, name) => {
    if (typeof name === 'string') return entities[name.toLowerCase()] ?? entity;
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}
