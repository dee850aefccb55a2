import { expect, test } from 'vitest';
import { partsOf } from './preview-parts';

test('HTML is a page, text is a line, and what is empty is left out', () => {
  const fields = [
    { name: 'subject', title: 'Subject', kind: 'template' as const },
    { name: 'html', title: 'Message', kind: 'html' as const },
    { name: 'text', title: 'Plain text', kind: 'text' as const },
  ];
  expect(partsOf(fields, { subject: 'Hello', html: '<p>Hi</p>', text: '', other: 'x' })).toEqual({
    lines: [{ name: 'subject', title: 'Subject', value: 'Hello' }],
    pages: [{ name: 'html', title: 'Message', value: '<p>Hi</p>' }],
  });
});
