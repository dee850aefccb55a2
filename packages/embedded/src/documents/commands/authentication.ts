import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Binary } from 'bson';
import type { BsonDocument } from '../bson/value.js';
import { bytesOf } from '../bson/compare.js';
import { CommandError } from '../command-error.js';

const mechanism = 'SCRAM-SHA-256';
const iterations = 15_000;

/** Where an authentication stands between its two messages. */
export interface Conversation {
  readonly id: number;
  readonly isUserKnown: boolean;
  readonly nonce: string;
  /** The two messages so far, which both proofs sign. */
  readonly signed: string;
  readonly skipsLastExchange: boolean;
  isProven: boolean;
}

/**
 * The server's side of SCRAM-SHA-256 for one user; the password itself is not kept.
 * @see RFC 5802 and RFC 7677
 */
export class Authenticator {
  private readonly salt = randomBytes(28);
  private readonly storedKey: Buffer;
  private readonly serverKey: Buffer;
  private lastId = 0;

  constructor(
    readonly username: string,
    password: string,
  ) {
    const salted = pbkdf2Sync(password.normalize('NFKC'), this.salt, iterations, 32, 'sha256');
    this.storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
    this.serverKey = hmac(salted, 'Server Key');
  }

  /** Answers the client's first message with a nonce and the salt. */
  start(command: BsonDocument): { conversation: Conversation; reply: BsonDocument } {
    if (command['mechanism'] !== mechanism) {
      throw new CommandError('AuthenticationFailed', `only ${mechanism} is supported`);
    }
    const bare = payloadOf(command).replace(/^[ny],[^,]*,/, '');
    const fields = readFields(bare);
    const clientNonce = fields.get('r') ?? '';
    const username = (fields.get('n') ?? '').replaceAll('=2C', ',').replaceAll('=3D', '=');
    const nonce = clientNonce + randomBytes(24).toString('base64');
    const first = `r=${nonce},s=${this.salt.toString('base64')},i=${iterations}`;
    const options = command['options'] as BsonDocument | undefined;
    const conversation: Conversation = {
      id: ++this.lastId,
      // an unknown user fails at the end like a wrong password, so that names cannot be found out
      isUserKnown: username === this.username && clientNonce !== '',
      nonce,
      signed: `${bare},${first}`,
      skipsLastExchange: options?.['skipEmptyExchange'] === true,
      isProven: false,
    };
    return { conversation, reply: answer(conversation, first, false) };
  }

  /**
   * Checks the client's proof and gives the server's own.
   * @throws AuthenticationFailed when user or password are wrong
   */
  continue(conversation: Conversation, command: BsonDocument): BsonDocument {
    if (command['conversationId'] !== conversation.id) throw failed();
    if (conversation.isProven) return answer(conversation, '', true);
    const message = payloadOf(command);
    const fields = readFields(message);
    const proof = Buffer.from(fields.get('p') ?? '', 'base64');
    const signed = `${conversation.signed},${message.replace(/,p=.*$/, '')}`;
    const signature = hmac(this.storedKey, signed);
    if (proof.length !== signature.length || fields.get('r') !== conversation.nonce) throw failed();
    const clientKey = proof.map((byte, i) => byte ^ signature[i]!);
    const isRight = timingSafeEqual(createHash('sha256').update(clientKey).digest(), this.storedKey);
    if (!isRight || !conversation.isUserKnown) throw failed();
    conversation.isProven = true;
    const ownProof = `v=${hmac(this.serverKey, signed).toString('base64')}`;
    return answer(conversation, ownProof, conversation.skipsLastExchange);
  }
}

function failed(): CommandError {
  return new CommandError('AuthenticationFailed', 'Authentication failed.');
}

function answer({ id }: Conversation, payload: string, done: boolean): BsonDocument {
  return { conversationId: id, done, payload: new Binary(Buffer.from(payload)) };
}

function payloadOf(command: BsonDocument): string {
  const payload = command['payload'];
  if (!(payload instanceof Binary)) throw failed();
  return Buffer.from(bytesOf(payload)).toString('utf8');
}

function readFields(message: string): Map<string, string> {
  return new Map(message.split(',').map((field) => [field.slice(0, 1), field.slice(2)]));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
