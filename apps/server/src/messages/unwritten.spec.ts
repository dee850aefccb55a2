import { expect, test } from 'vitest';
import { unwritten } from './unwritten.js';

const template = (title: string) => ({ type: 'string', title, ui: { widget: 'template' } });
const SCHEMA = {
  type: 'object',
  properties: { subject: template('Subject'), preheader: template('Preview text'), html: template('Message') },
  required: ['subject', 'html'],
};

test.each([
  [{}, 'subject'],
  [{ html: '<p>Hi</p>' }, 'subject'],
  [{ subject: 'Hi' }, 'html'],
  [{ subject: 'Hi', html: ' \n' }, 'html'],
  [{ subject: 'Hi', html: '<p>Hi</p>', preheader: '' }, undefined],
])('of %j the text that the channel needs and nobody wrote is %s', (content, field) => {
  expect(unwritten(content, SCHEMA)?.field).toBe(field);
});
