import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { WarehouseService } from '../infra/warehouse.service.js';
import type { Turn } from '../journeys/journey-turns.service.js';
import { Releaser } from '../journeys/releaser.service.js';
import { claimEnteredQuery, enteredGroupsQuery, type WaitingGroup } from '../journeys/waiting.queries.js';
import { APPROVED, REJECTED } from '../steps/approval.step.js';
import type { ApprovalDoc } from './approval.schema.js';
import { ApprovalsService } from './approvals.service.js';

/** Lets users go on about whom a member decided. What was decided is written down first, so that a crash undecides nothing. */
@Injectable()
export class DecisionsService {
  constructor(
    private readonly approvals: ApprovalsService,
    private readonly releaser: Releaser,
    private readonly warehouse: WarehouseService,
    private readonly logger: PinoLogger,
  ) {}

  async carryOut(now: Date, turn: Turn): Promise<void> {
    for (const approval of await this.approvals.decided()) {
      await this.letGo(approval, now, turn).catch((error: unknown) =>
        this.logger.warn({ err: error, approval: approval._id }, 'approval.not-carried-out'),
      );
    }
  }

  private async letGo(approval: ApprovalDoc, now: Date, turn: Turn): Promise<void> {
    const project = await this.warehouse.project(approval.projectId);
    const port = approval.decision?.approve ? APPROVED : REJECTED;
    const groups = await project.admin.rows<WaitingGroup>(enteredGroupsQuery(project.database, approval));
    for (const group of groups)
      await this.releaser.letGo(project, group, { now, turn }, (claim) => [
        claimEnteredQuery(project.database, group, approval.runId, claim(port)),
      ]);
    if (await turn.isMine()) await this.approvals.carriedOut(approval);
  }
}
