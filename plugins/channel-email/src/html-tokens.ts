/** A piece of HTML: words between tags, or a tag with what stands in it. */
export type HtmlToken = { kind: 'words'; text: string } | { kind: 'open' | 'close'; name: string; attributes: string };

const NAME = /<\/?([a-z][a-z0-9]*)/iy;
const UNSEEN = new Set(['head', 'style', 'script', 'title', 'template']);

/**
 * Cuts HTML into tags and the words between, without comments and what no reader sees. It goes through the text once,
 * however broken that is; a tag that is never closed ends it, as in a browser.
 */
export function* htmlTokens(html: string): Generator<HtmlToken> {
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) break;
    yield { kind: 'words', text: html.slice(at, open) };
    if (html.startsWith('<!', open)) {
      at = afterComment(html, open);
      continue;
    }
    NAME.lastIndex = open;
    const name = NAME.exec(html)?.[1]?.toLowerCase();
    if (name === undefined) {
      yield { kind: 'words', text: '<' };
      at = open + 1;
      continue;
    }
    const kind = html[open + 1] === '/' ? 'close' : 'open';
    const attributesStart = NAME.lastIndex;
    at = afterTag(html, attributesStart);
    if (kind === 'open' && UNSEEN.has(name)) at = startOfClosing(html, name, at);
    else yield { kind, name, attributes: html.slice(attributesStart, at - 1) };
  }
  yield { kind: 'words', text: html.slice(at) };
}

function afterComment(html: string, open: number): number {
  const mark = html.startsWith('<!--', open) ? '-->' : '>';
  const end = html.indexOf(mark, open + 2);
  return end < 0 ? html.length : end + mark.length;
}

/** A `>` within quotes does not end a tag. */
function afterTag(html: string, start: number): number {
  let quote = '';
  for (let at = start; at < html.length; at += 1) {
    const mark = html.charAt(at);
    if (quote !== '') quote = mark === quote ? '' : quote;
    else if (mark === '>') return at + 1;
    else if (mark === '"' || mark === "'") quote = mark;
  }
  return html.length;
}

function startOfClosing(html: string, name: string, from: number): number {
  const closing = new RegExp(`</${name}\\b`, 'gi');
  closing.lastIndex = from;
  return closing.exec(html)?.index ?? html.length;
}
