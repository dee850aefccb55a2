import { expect, test } from 'vitest';
import { answerOf, judgeFailure } from './judge-failure.js';
import type { MailServer } from './mail-server.js';
import type { SmtpError } from './smtp-session.js';

const server: MailServer = { host: 'smtp.example.com', port: 587, secure: 'starttls', from: 'shop@example.com' };
const failure = (facts: Partial<SmtpError>): SmtpError => Object.assign(new Error('failed'), facts);

test.each<[string, Partial<SmtpError>, boolean, object]>([
  ['no answer to a mail that left', { code: 'ETIMEDOUT', command: 'CONN' }, true, { concerns: 'uncertain' }],
  ['no answer before', { code: 'ETIMEDOUT', command: 'CONN' }, false, { concerns: 'channel' }],
  [
    '421 after the mail',
    { code: 'EMESSAGE', command: 'DATA', responseCode: 421 },
    true,
    { concerns: 'message', retryable: true },
  ],
  ['421 before it', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 421 }, false, { concerns: 'channel' }],
  ['530 anywhere', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 530 }, false, { concerns: 'channel' }],
  [
    'a sender refused for now',
    { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 451 },
    false,
    { concerns: 'message', retryable: true },
  ],
  [
    'a mail too large for the server',
    { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 552 },
    false,
    { concerns: 'message', retryable: false },
  ],
  [
    'a mail above the announced size',
    { code: 'EMESSAGE', command: 'MAIL FROM' },
    false,
    { concerns: 'message', retryable: false },
  ],
])('%s', (_title, facts, dataSent, judgement) => {
  expect(judgeFailure(server, failure(facts), dataSent)).toMatchObject(judgement);
});

test('what a server says is repeated without addresses and not at length', () => {
  const response = `550-5.1.1 The account ann@example.com\r\n550 for <"ann b"@example.com> is gone ${'x'.repeat(300)}`;
  const answer = answerOf(failure({ response }));
  expect(answer).toMatch(/^550-5\.1\.1 The account … 550 for <"ann … is gone x+$/);
  expect(answer).toHaveLength(200);
});
