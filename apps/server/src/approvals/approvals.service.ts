import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type Approval, type DecisionInput } from '@pelton/contract';
import type { Model } from 'mongoose';
import type { ApprovalDoc } from './approval.schema.js';

const LISTED = 200;

type TitlesOf = (pipeline: string, step: string) => Pick<Approval, 'pipelineTitle' | 'stepTitle'>;

/** What runs ask members, and what they decided. */
@Injectable()
export class ApprovalsService {
  constructor(@InjectModel('Approval') private readonly approvals: Model<ApprovalDoc>) {}

  /** Asked twice by one step of a run, it is asked once. */
  async ask(approval: Omit<ApprovalDoc, '_id' | 'decision'>): Promise<void> {
    const _id = `${approval.runId}-${approval.stepId}`;
    await this.approvals.updateOne({ _id }, { $setOnInsert: approval }, { upsert: true });
  }

  /** The newest first. @param titlesOf what a person calls a pipeline and a step of it */
  async list(projectId: string, isOpen: boolean, titlesOf: TitlesOf): Promise<Approval[]> {
    const open = { decision: { $exists: false }, dueAt: { $gt: new Date() } };
    const docs = await this.approvals
      .find({ projectId, ...(isOpen && open) })
      .sort({ askedAt: -1 })
      .limit(LISTED)
      .lean();
    return docs.map((doc) => toApproval(doc, titlesOf(doc.pipeline, doc.stepId)));
  }

  /**
   * Says what becomes of the users; the first member who decides is right.
   * @throws NOT_FOUND, APPROVAL_OVER
   */
  async decide(
    actor: { projectId: string; name: string },
    id: string,
    { approve, note }: DecisionInput,
  ): Promise<void> {
    const { projectId, name: by } = actor;
    const now = new Date();
    const decision = { approve, note, by, at: now, isCarriedOut: false };
    const decided = await this.approvals.updateOne(
      { _id: id, projectId, decision: { $exists: false }, dueAt: { $gt: now } },
      { $set: { decision } },
    );
    if (decided.matchedCount === 1) return;
    const doc = await this.approvals.findOne({ _id: id, projectId }).lean();
    if (!doc) throw new AppError('NOT_FOUND', { noun: 'approval', name: id });
    throw new AppError('APPROVAL_OVER', { state: stateOf(doc) });
  }

  /** What was decided, of which the users do not know yet. */
  decided(): Promise<ApprovalDoc[]> {
    return this.approvals.find({ 'decision.isCarriedOut': false }).lean();
  }

  async carriedOut({ _id }: ApprovalDoc): Promise<void> {
    await this.approvals.updateOne({ _id }, { $set: { 'decision.isCarriedOut': true } });
  }
}

function toApproval(doc: ApprovalDoc, titles: ReturnType<TitlesOf>): Approval {
  const { _id, pipeline, version, runId, stepId, question, users, askedAt, dueAt, decision } = doc;
  return {
    id: _id,
    pipeline,
    ...titles,
    version,
    run: runId,
    step: stepId,
    question,
    users,
    state: stateOf(doc),
    askedAt: askedAt.toISOString(),
    dueAt: dueAt.toISOString(),
    decidedAt: decision ? new Date(decision.at).toISOString() : null,
    decidedBy: decision?.by ?? null,
    note: decision?.note ?? '',
  };
}

function stateOf({ decision, dueAt }: ApprovalDoc): Approval['state'] {
  if (decision) return decision.approve ? 'approved' : 'rejected';
  return dueAt <= new Date() ? 'expired' : 'open';
}
