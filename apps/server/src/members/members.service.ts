import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type Member, type MemberInput, type Role, type SetUp } from '@pelton/contract';
import type { Model } from 'mongoose';
import { isDuplicate } from '../common/duplicate.js';
import { hashToken, newId, newToken } from '../common/ids.js';
import type { InvitationDoc, MemberDoc, SessionDoc } from './member.schema.js';
import { hashPassword } from './passwords.js';

const INVITATION_MS = 7 * 86_400_000;

@Injectable()
export class MembersService {
  constructor(
    @InjectModel('Member') private readonly members: Model<MemberDoc>,
    @InjectModel('Session') private readonly sessions: Model<SessionDoc>,
    @InjectModel('Invitation') private readonly invitations: Model<InvitationDoc>,
  ) {}

  async list(): Promise<Member[]> {
    const members = await this.members.find().sort({ name: 1 }).lean();
    return members.map(toMember);
  }

  async find(id: string): Promise<MemberDoc> {
    const member = await this.members.findById(id).lean();
    if (!member) throw new AppError('NOT_FOUND', { noun: 'member', name: id });
    return member;
  }

  /** True until somebody can sign in. */
  async isEmpty(): Promise<boolean> {
    return (await this.members.exists({ passwordHash: { $exists: true } })) === null;
  }

  /** @returns the token of a link that is good for one member and seven days */
  async invite(input: MemberInput): Promise<{ member: Member; token: string }> {
    const member = await this.add({ _id: newId(), ...input });
    return { member: toMember(member), token: await this.issueLink(member._id) };
  }

  /** A link for the very first admin; links printed before are void. */
  async issueFirstLink(): Promise<string> {
    await this.invitations.deleteMany({ memberId: { $exists: false } });
    return this.issueLink(undefined);
  }

  /** Accepts a one-time link. Taking it and using it up is one step, so that of two who try only one succeeds. */
  async accept({ token, name, email, password }: SetUp): Promise<MemberDoc> {
    const link = await this.invitations.findOneAndDelete({ _id: hashToken(token), expiresAt: { $gt: new Date() } });
    if (!link) throw new AppError('SETUP_TOKEN_WRONG', {});
    const passwordHash = await hashPassword(password);
    if (!link.memberId) return this.add({ _id: newId(), name, email, role: 'admin', passwordHash });
    const member = await this.members
      .findByIdAndUpdate(link.memberId, { name, passwordHash }, { returnDocument: 'after' })
      .lean();
    if (!member) throw new AppError('SETUP_TOKEN_WRONG', {});
    return member;
  }

  async addAdmin(email: string, password: string): Promise<void> {
    const name = email.slice(0, email.indexOf('@'));
    await this.add({ _id: newId(), name, email, role: 'admin', passwordHash: await hashPassword(password) });
  }

  async setRole(id: string, role: Role): Promise<Member> {
    if (role !== 'admin') await this.keepOneAdmin(id);
    const member = await this.members.findByIdAndUpdate(id, { role }, { returnDocument: 'after' }).lean();
    if (!member) throw new AppError('NOT_FOUND', { noun: 'member', name: id });
    return toMember(member);
  }

  async remove(id: string): Promise<void> {
    await this.keepOneAdmin(id);
    await this.sessions.deleteMany({ memberId: id });
    await this.invitations.deleteMany({ memberId: id });
    await this.members.deleteOne({ _id: id });
  }

  private async add(member: MemberDoc): Promise<MemberDoc> {
    try {
      await this.members.create(member);
      return member;
    } catch (error) {
      if (isDuplicate(error))
        throw new AppError('NAME_TAKEN', { noun: 'member', name: 'with that e-mail address' }, { cause: error });
      throw error;
    }
  }

  private async issueLink(memberId: string | undefined): Promise<string> {
    const token = newToken();
    await this.invitations.create({
      _id: hashToken(token),
      ...(memberId && { memberId }),
      expiresAt: new Date(Date.now() + INVITATION_MS),
    });
    return token;
  }

  private async keepOneAdmin(id: string): Promise<void> {
    const others = await this.members.exists({ _id: { $ne: id }, role: 'admin', passwordHash: { $exists: true } });
    if (!others) throw new AppError('IN_USE', { noun: 'member', name: 'you chose', by: ['Pelton as its only admin'] });
  }
}

export function toMember(member: MemberDoc): Member {
  return {
    id: member._id,
    name: member.name,
    email: member.email,
    role: member.role,
    state: member.passwordHash ? 'active' : 'invited',
    lastSeenAt: member.lastSeenAt?.toISOString() ?? null,
  };
}
