import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { type ComposedMail, composeMail } from './compose-mail.js';
import type { MailServer } from './mail-server.js';

const server: MailServer = {
  host: 'localhost',
  port: 25,
  secure: 'none',
  from: 'shop@example.com',
  fromName: 'The Shop',
};
const message = {
  id: 'winback.u-1',
  to: 'ann@example.com',
  content: { subject: 'Hello', html: '<p>Come <a href="https://shop.test">back</a></p>' },
  unsubscribeUrl: 'https://pelton.test/u/abc',
};

async function compose(
  changes: Partial<Omit<typeof message, 'content'>> & { content?: object } = {},
  changedServer = {},
) {
  const mail = await composeMail(
    { ...server, ...changedServer },
    {
      ...message,
      ...changes,
      content: { ...message.content, ...changes.content },
    },
  );
  if ('refused' in mail) return { refused: mail.refused };
  return { mail, raw: mail.body.toString('utf8'), read: await PostalMime.parse(mail.body) };
}
function headerLines(mail: ComposedMail): string[] {
  const head = mail.body.toString('utf8').split('\r\n\r\n', 1)[0] ?? '';
  return head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
}

test('a mail names sender, recipient, subject and both bodies', async () => {
  const { read } = await compose();
  expect(read).toMatchObject({
    from: { name: 'The Shop', address: 'shop@example.com' },
    to: [{ address: 'ann@example.com' }],
    subject: 'Hello',
    messageId: '<winback.u-1@example.com>',
    text: 'Come back (https://shop.test)\n',
  });
  expect(read?.html).toContain('<p>Come <a href="https://shop.test">back</a></p>');
});

test('a text of its own comes before the one that is made, answers go where they should', async () => {
  const { read } = await compose({ content: { text: 'Come back!' } }, { replyTo: 'help@example.com' });
  expect(read?.text).toBe('Come back!\n');
  expect(read?.replyTo).toEqual([{ name: '', address: 'help@example.com' }]);
});

test('the preview text stands hidden at the beginning of the body, and means only itself', async () => {
  const html = '<html><body class="x"><p>Hi</p></body></html>';
  const { read } = await compose({ content: { html, preheader: 'Only <b>today</b>' } });
  expect(read?.html).toMatch(/^<html><body class="x"><div style="display:none[^>]*>Only &lt;b&gt;today&lt;\/b&gt;/);
  expect(read?.text).toBe('Hi\n');
});

test('one click unsubscribes: one header with one address, however long, and the header that says so', async () => {
  const url = `https://pelton.test/u/${'k'.repeat(400)}?p=a&q=1`;
  const { mail } = await compose({ unsubscribeUrl: url });
  if (!mail) throw new Error('the mail is composed');
  const lists = headerLines(mail).filter((line) => line.startsWith('List-'));
  expect(lists.map((line) => line.replace(/: +/, ': '))).toEqual([
    `List-Unsubscribe: <${url}>`,
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  ]);
});

test('the Message-ID is the same for the same message, whatever its id holds', async () => {
  const odd = { id: 'run 1/winback <ann@example.com>\r\nX: y' };
  const [one, two] = [await compose(odd), await compose(odd)];
  expect(one.mail?.messageId).toBe(two.mail?.messageId);
  expect(one.mail?.messageId).toMatch(/^<[0-9a-f]{64}@example\.com>$/);
  expect((await compose()).mail?.messageId).toBe('<winback.u-1@example.com>');
});

test.each([
  'Grüße aus Köln 🎁',
  '안녕하세요, 다시 만나요',
  '我们想你了',
  `${'Long subject with words that go on and on '.repeat(8)}end`,
])('the subject %s arrives as it was written', async (subject) => {
  const { read } = await compose({ content: { subject } }, { fromName: 'Caffè "Nero", Köln' });
  expect(read?.subject).toBe(subject);
  expect(read?.from?.name).toBe('Caffè "Nero", Köln');
});

test.each<[string, object]>([
  ['The subject has a line break in it.', { content: { subject: 'Hi\r\nBcc: thief@example.com' } }],
  ['The subject has a line break in it.', { content: { subject: 'Hi Ann\nX-Evil: 1' } }],
  ['The e-mail address of this user is not valid.', { to: 'ann@example.com\r\nBcc: thief@example.com' }],
  ['The e-mail address of this user is not valid.', { to: 'ann@example.com, thief@example.com' }],
  ['The e-mail address of this user is not valid.', { to: 'Ann <ann@example.com>' }],
  ['The subject or the message is empty for this user.', { content: { subject: ' \n' } }],
  ['The subject or the message is empty for this user.', { content: { html: '' } }],
  ['The e-mail address of this user is not valid.', { to: '' }],
  ['The e-mail address of this user is not valid.', { to: 'nobody' }],
  ['The link to unsubscribe is not a web address.', { unsubscribeUrl: 'https://x.test/>\r\nX-Evil: 1' }],
  ['The link to unsubscribe is not a web address.', { unsubscribeUrl: 'javascript:alert(1)' }],
])('%s %j', async (refused, changes) => {
  expect(await compose(changes)).toEqual({ refused });
});

test('nothing that a user can write adds a header', async () => {
  const payloads = [
    '\u2028X-Evil: 1',
    '=?utf-8?Q?=0D=0AX-Evil:_1?=',
    '%0d%0aX-Evil: 1',
    '\u0000X-Evil: 1',
    '\u0085X-Evil: 1',
    '\u000bX-Evil: 1',
  ];
  for (const payload of payloads) {
    const { mail } = await compose({ content: { subject: `Hi ${payload}`, html: payload, preheader: payload } });
    if (!mail) throw new Error('the mail is composed');
    const names = headerLines(mail).map((line) => line.split(':', 1)[0]);
    expect(names).toHaveLength(9);
    expect(new Set(names)).toEqual(
      new Set([
        'Content-Type',
        'Date',
        'From',
        'List-Unsubscribe',
        'List-Unsubscribe-Post',
        'MIME-Version',
        'Message-ID',
        'Subject',
        'To',
      ]),
    );
  }
});

test('a line end at the end of a subject is a slip and not an attack', async () => {
  expect((await compose({ content: { subject: 'Hello\n' } })).read?.subject).toBe('Hello');
});
