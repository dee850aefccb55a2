const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Makes text of the whole numbers in JSON that JavaScript would round, such as ids of 18 digits, so that every digit of
 * theirs is stored. What has none comes back as it is.
 */
export function keepDigits(json: string): string {
  if (!/\d{16}/.test(json)) return json;
  let kept = '';
  let from = 0;
  let isText = false;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (isText && code === BACKSLASH) at += 1;
    else if (code === QUOTE) isText = !isText;
    else if (!isText && (code === MINUS || (code >= ZERO && code <= NINE))) {
      const number = numberAt(json, at);
      if (/^-?\d+$/.test(number) && !Number.isSafeInteger(Number(number))) {
        kept += `${json.slice(from, at)}"${number}"`;
        from = at + number.length;
      }
      at += number.length - 1;
    }
  }
  return kept + json.slice(from);
}

function numberAt(json: string, start: number): string {
  let end = start + 1;
  while (end < json.length && '+-.eE0123456789'.includes(json.charAt(end))) end += 1;
  return json.slice(start, end);
}
