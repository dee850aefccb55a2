import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type SignIn } from '@pelton/contract';
import type { Model } from 'mongoose';
import type { Actor } from '../common/allow.js';
import { hashToken, newToken } from '../common/ids.js';
import type { MemberDoc, SessionDoc, SignInTryDoc } from './member.schema.js';
import { isPassword } from './passwords.js';

const SESSION_DAYS = 30;
const TRIES = 10;
const TRIES_MINUTES = 15;
const SEEN_EVERY_MS = 60_000;

@Injectable()
export class SessionsService {
  constructor(
    @InjectModel('Session') private readonly sessions: Model<SessionDoc>,
    @InjectModel('Member') private readonly members: Model<MemberDoc>,
    @InjectModel('SignInTry') private readonly tries: Model<SignInTryDoc>,
  ) {}

  /**
   * Checks a password. The answer and its time are the same for an unknown address and a wrong password.
   * @param address where the request came from; guesses are counted by it and by the account
   * @throws WRONG_PASSWORD or TOO_MANY_TRIES
   */
  async verify({ email, password }: SignIn, address: string): Promise<MemberDoc> {
    const counters = [`account ${hashToken(email)}`, `address ${hashToken(address)}`];
    await this.checkTries(counters);
    const member = await this.members.findOne({ email }).lean();
    if (!member || !(await isPassword(password, member.passwordHash))) {
      await this.countTry(counters);
      throw new AppError('WRONG_PASSWORD', {});
    }
    await this.tries.deleteMany({ _id: { $in: counters } });
    return member;
  }

  /** @returns the token for the cookie; only its hash is kept */
  async start(memberId: string, projectId: string): Promise<string> {
    const token = newToken();
    await this.sessions.create({
      _id: hashToken(token),
      memberId,
      projectId,
      expiresAt: new Date(Date.now() + SESSION_DAYS * 86_400_000),
    });
    return token;
  }

  async end(sessionId: string): Promise<void> {
    await this.sessions.deleteOne({ _id: sessionId });
  }

  /** The member's next session begins in the same project. */
  async switchProject(sessionId: string, memberId: string, projectId: string): Promise<void> {
    await this.sessions.updateOne({ _id: sessionId }, { projectId });
    await this.members.updateOne({ _id: memberId }, { lastProjectId: projectId });
  }

  /** Who the cookie's token belongs to, if to anybody. */
  async actorOf(token: string): Promise<Actor | undefined> {
    const session = await this.sessions.findOne({ _id: hashToken(token), expiresAt: { $gt: new Date() } }).lean();
    if (!session) return undefined;
    const member = await this.members.findById(session.memberId).lean();
    if (!member) return undefined;
    if (Date.now() - (member.lastSeenAt?.getTime() ?? 0) > SEEN_EVERY_MS)
      await this.members.updateOne({ _id: member._id }, { lastSeenAt: new Date() });
    return {
      id: member._id,
      name: member.name,
      role: member.role,
      projectId: session.projectId,
      sessionId: session._id,
    };
  }

  private async checkTries(counters: string[]): Promise<void> {
    const blocked = await this.tries.exists({
      _id: { $in: counters },
      count: { $gte: TRIES },
      expiresAt: { $gt: new Date() },
    });
    if (blocked) throw new AppError('TOO_MANY_TRIES', { minutes: TRIES_MINUTES });
  }

  private async countTry(counters: string[]): Promise<void> {
    const now = Date.now();
    await this.tries.deleteMany({ _id: { $in: counters }, expiresAt: { $lte: new Date(now) } });
    for (const _id of counters) {
      await this.tries.updateOne(
        { _id },
        { $inc: { count: 1 }, $setOnInsert: { expiresAt: new Date(now + TRIES_MINUTES * 60_000) } },
        { upsert: true },
      );
    }
  }
}
