import type { Role } from '@pelton/contract';
import { Schema } from 'mongoose';

export interface MemberDoc {
  _id: string;
  name: string;
  email: string;
  role: Role;
  /** argon2id; absent until an invitation is accepted. */
  passwordHash?: string;
  lastSeenAt?: Date;
  /** The project that they were in last. */
  lastProjectId?: string;
}

export const MemberSchema = new Schema<MemberDoc>({
  _id: String,
  name: { type: String, required: true },
  email: { type: String, required: true, unique: true },
  role: { type: String, required: true },
  passwordHash: String,
  lastSeenAt: Date,
  lastProjectId: String,
});

export interface SessionDoc {
  /** SHA-256 of the cookie's token. */
  _id: string;
  memberId: string;
  projectId: string;
  expiresAt: Date;
}

export const SessionSchema = new Schema<SessionDoc>({
  _id: String,
  memberId: { type: String, required: true, index: true },
  projectId: { type: String, required: true },
  expiresAt: { type: Date, required: true, expires: 0 },
});

/** A one-time link: the first admin's (`memberId` absent) or an invitation. */
export interface InvitationDoc {
  /** SHA-256 of the link's token. */
  _id: string;
  memberId?: string;
  expiresAt: Date;
}

export const InvitationSchema = new Schema<InvitationDoc>({
  _id: String,
  memberId: String,
  expiresAt: { type: Date, required: true, expires: 0 },
});

/** Wrong passwords of one account or one address, forgotten after a while. */
export interface SignInTryDoc {
  _id: string;
  count: number;
  expiresAt: Date;
}

export const SignInTrySchema = new Schema<SignInTryDoc>({
  _id: String,
  count: { type: Number, default: 0 },
  expiresAt: { type: Date, required: true, expires: 0 },
});
