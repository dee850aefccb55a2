import { expect, test } from 'vitest';
import { plainTextOf } from './plain-text.js';

test.each<[string, string, string]>([
  ['paragraphs stand apart', '<h1>Hello</h1><p>one</p>\n<p>two<br>three</p>', 'Hello\n\none\n\ntwo\nthree'],
  [
    'a link keeps its address',
    '<p>See <a class="x" href="https://shop.test/a?b=1&amp;c=2">our shop</a>!</p>',
    'See our shop (https://shop.test/a?b=1&c=2)!',
  ],
  [
    'an address is not said twice',
    '<a href="https://shop.test">https://shop.test</a> <a href="mailto:a@b.test">a@b.test</a>',
    'https://shop.test a@b.test',
  ],
  [
    'a link around an image leads somewhere',
    '<a href="https://shop.test"><img src="x.png" alt="Sale"></a>',
    'Sale (https://shop.test)',
  ],
  ['a link without words leaves its address', '<a href="https://shop.test"><img src="x.png"></a>', 'https://shop.test'],
  ['a link to nowhere is only its words', '<a href="#top">up</a> <a>x</a> <a href="javascript:x()">y</a>', 'up x y'],
  ['a list has hyphens', '<ul><li>one</li><li>two</li></ul>done', '- one\n- two\n\ndone'],
  [
    'cells stand beside each other',
    '<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>',
    'a b\nc d',
  ],
  [
    'what is not seen is left out',
    '<head><title>x</title></head><style>p{}</style><!-- <p>no</p> --><script>1<2</script>yes',
    'yes',
  ],
  [
    'entities are read once',
    '&lt;b&gt; &amp;lt; Caf&#233; &#x1F600; &euro;5&nbsp;off &unknown; &#0;',
    '<b> &lt; Café 😀 €5 off &unknown; &#0;',
  ],
  ['a sign in an attribute ends no tag', '<p title="a > b">text</p>', 'text'],
  ['text that is none stays', 'a < b and c > d', 'a < b and c > d'],
  ['nothing gives nothing', '', ''],
])('%s', (_title, html, text) => {
  expect(plainTextOf(html)).toBe(text);
});

test('a mail of a megabyte of open brackets is read in no time', () => {
  const startedAt = performance.now();
  plainTextOf('<a href="'.repeat(20_000));
  plainTextOf('<!--'.repeat(20_000));
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
