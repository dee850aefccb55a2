import { expect, test } from 'vitest';
import { readOrigins } from './origins';

test('reads origins from addresses, hosts and lines', () => {
  expect(readOrigins('https://shop.example.com/cart\nwww.example.com, http://localhost:3000')).toEqual({
    origins: ['https://shop.example.com', 'https://www.example.com', 'http://localhost:3000'],
    wrong: [],
  });
});

test('tells what is no address', () => {
  expect(readOrigins('https://a.example *.example.com')).toEqual({
    origins: ['https://a.example'],
    wrong: ['*.example.com'],
  });
});
