import { DomUtils, parseDocument } from 'htmlparser2';

/** The addresses that a tracked message points to. */
export interface TrackedAddresses {
  open: string;
  click: (url: string) => string;
  unsubscribe: string;
}

/**
 * Sends the links of a rendered HTML message through the click redirect and adds an open pixel at its end. Links to the
 * unsubscribe page and links that are not http stay as they are.
 */
export function trackHtml(html: string, addresses: TrackedAddresses): string {
  const document = parseDocument(html, { decodeEntities: false });
  const links = DomUtils.findAll((element) => element.name === 'a', document.children);
  for (const link of links) {
    const url = (link.attribs.href ?? '').trim().replaceAll('&amp;', '&');
    if (/^https?:\/\//i.test(url) && url !== addresses.unsubscribe) link.attribs.href = addresses.click(url);
  }
  const pixel = parseDocument(`<img src="${addresses.open}" width="1" height="1" alt="">`).children[0];
  const body = DomUtils.findOne((element) => element.name === 'body', document.children);
  const last = body?.children.at(-1) ?? document.children.at(-1);
  if (pixel && last) DomUtils.append(last, pixel);
  return DomUtils.getOuterHTML(document, { decodeEntities: false, emptyAttrs: true });
}
