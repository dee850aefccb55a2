import kafkajs from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { ConnectionConfig } from './connection-config.js';
import { explain } from './explain.js';

const context = {
  config: ConnectionConfig.parse({ brokers: 'a.example:9092, b.example:9093', mechanism: 'plain', user: 'ada' }),
  secrets: { password: 'secret' },
  files: { uploads: '', allowed: [] },
};

/** An error of the library's connection, as it comes after some tries. */
function failed(code: string, broker = 'a.example:9092'): Error {
  const error = new kafkajs.KafkaJSConnectionError(`Connection error: ${code}`, { broker, code });
  return new kafkajs.KafkaJSNumberOfRetriesExceeded(error, { retryCount: 3, retryTime: 300 });
}

/** What Kafka refuses with. */
function refused(type: string): Error {
  return Object.assign(new Error('refused'), { name: 'KafkaJSProtocolError', type });
}

function notSignedIn(message: string): Error {
  return Object.assign(new Error(message), { name: 'KafkaJSSASLAuthenticationError' });
}

describe('an error says what to mend', () => {
  test.each([
    [failed('ECONNREFUSED'), 'nothing listens there. Check brokers, encryption and the way to sign in'],
    [failed('DEPTH_ZERO_SELF_SIGNED_CERT'), 'its certificate is not trusted'],
    [failed('EPROTO'), 'it knows no encryption there'],
    [
      failed('ENOTFOUND', 'kafka:29092'),
      'it names kafka:29092 as a broker, and this name is not known. Set advertised',
    ],
    [notSignedIn('Authentication failed'), 'it refused ada. Enter user and password'],
    [notSignedIn('SASL PLAIN mechanism is not supported by the server'), 'it does not know PLAIN. Choose another way'],
    [refused('UNKNOWN_TOPIC_OR_PARTITION'), 'there is no topic of this name'],
    [refused('TOPIC_AUTHORIZATION_FAILED'), 'ada may not do that with this topic'],
    [refused('SOMETHING_NEW'), 'refused'],
  ])('%s', (error, reason) => {
    const explained = explain(context, error);
    expect(explained).toMatchObject({ code: 'CONNECTION_FAILED' });
    expect(explained.message).toContain(`Kafka at a.example:9092, b.example:9093 did not answer: `);
    expect(explained.message).toContain(reason);
    expect(explained.message).not.toContain('secret');
  });
});
