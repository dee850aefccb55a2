import { expect, test } from 'vitest';
import { trackHtml } from './links.js';

const addresses = {
  open: 'http://p/o',
  click: (url: string) => `http://p/c?${encodeURIComponent(url)}`,
  unsubscribe: 'http://p/u',
};

test('links go through the redirect, others stay, and the pixel comes last in the body', () => {
  const html =
    '<html><body><p>Hi &amp; welcome</p><a href="https://shop.example/?a=1&amp;b=2">Shop</a> <a href="mailto:x@y">Mail</a> <a href="http://p/u">Stop</a></body></html>';
  expect(trackHtml(html, addresses)).toBe(
    '<html><body><p>Hi &amp; welcome</p><a href="http://p/c?https%3A%2F%2Fshop.example%2F%3Fa%3D1%26b%3D2">Shop</a> <a href="mailto:x@y">Mail</a> <a href="http://p/u">Stop</a><img src="http://p/o" width="1" height="1" alt=""></body></html>',
  );
});

test('a fragment without a body gets its pixel too', () => {
  expect(trackHtml('Hello <b>you</b>', addresses)).toBe(
    'Hello <b>you</b><img src="http://p/o" width="1" height="1" alt="">',
  );
});

test('escaped text stays escaped', () => {
  expect(trackHtml('<p>&lt;script&gt;</p>', addresses)).toContain('<p>&lt;script&gt;</p>');
});
