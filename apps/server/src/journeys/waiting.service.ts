import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Waiting, WaitingPage, WaitingStep, WaitingUser } from '@pelton/contract';
import type { Model } from 'mongoose';
import { type ProjectSql, WarehouseService } from '../infra/warehouse.service.js';
import { JourneyTurns } from './journey-turns.service.js';
import type { JourneyDoc } from './journey.schema.js';
import {
  enteredCountQuery,
  enterQuery,
  type Entry,
  removeQuery,
  undoubleQuery,
  waitingCountQuery,
  type WaitingPlaces,
  waitingStepsQuery,
  waitingUsersQuery,
} from './waiting.queries.js';

/** The users who wait at steps of pipelines: puts them there, tells of them, takes them out. */
@Injectable()
export class WaitingService {
  constructor(
    @InjectModel('Journey') private readonly journeys: Model<JourneyDoc>,
    private readonly warehouse: WarehouseService,
    private readonly turns: JourneyTurns,
  ) {}

  /** Puts users to wait. Done twice, it is done once. @returns how many this run has put to wait at the step */
  async enter({ projectId, admin, database }: ProjectSql, entry: Entry, signal: AbortSignal): Promise<number> {
    // The clock has to look into the project from before anybody waits there.
    await this.journeys.updateOne({ _id: projectId }, { $set: { enteredAt: new Date() } }, { upsert: true });
    await admin.run(enterQuery(database, entry), { signal });
    await admin.run(undoubleQuery(database, entry), { signal });
    return (await admin.row<{ users: number }>(enteredCountQuery(database, entry), { signal })).users;
  }

  /** @param titleOf what a person calls a step */
  async find(projectId: string, pipeline: string, titleOf: (step: string) => string): Promise<Waiting> {
    const { admin, database } = await this.warehouse.project(projectId);
    const [journey, steps] = await Promise.all([
      this.journeys.findById(projectId).lean(),
      admin.rows<Omit<WaitingStep, 'title'>>(waitingStepsQuery(database, pipeline)),
    ]);
    return {
      isHeld: journey?.held.includes(pipeline) ?? false,
      users: steps.reduce((sum, { users }) => sum + users, 0),
      steps: steps.map((step) => ({ ...step, title: titleOf(step.step) })),
    };
  }

  async list(projectId: string, of: WaitingPlaces, page: { limit: number; offset: number }): Promise<WaitingPage> {
    const { admin, database } = await this.warehouse.project(projectId);
    const [{ users: total }, users] = await Promise.all([
      admin.row<{ users: number }>(waitingCountQuery(database, of)),
      admin.rows<WaitingUser>(waitingUsersQuery(database, of, page)),
    ]);
    return { total, users };
  }

  /** Takes out who waits: they do not go on. Those who have been let go on are in a run, and not looked at. */
  async remove(projectId: string, of: WaitingPlaces): Promise<number> {
    const { admin, database } = await this.warehouse.project(projectId);
    return this.turns.inTurn(async ({ fence }) => {
      const { users } = await admin.row<{ users: number }>(waitingCountQuery(database, of));
      if (users > 0) await admin.run(removeQuery(database, of, fence));
      return users;
    });
  }

  /** Takes out everybody who waits in a pipeline that is gone, and forgets that they were held. */
  async removeAll(projectId: string, pipeline: string): Promise<void> {
    await this.remove(projectId, { pipeline });
    await this.journeys.updateOne({ _id: projectId }, { $pull: { held: pipeline } });
  }

  /** Holds everybody who waits in a pipeline; once they may go on, those who were due meanwhile do so at once. */
  async hold(projectId: string, pipeline: string, isHeld: boolean): Promise<void> {
    const change = isHeld ? { $addToSet: { held: pipeline } } : { $pull: { held: pipeline } };
    await this.journeys.updateOne(
      { _id: projectId },
      { ...change, $setOnInsert: { enteredAt: new Date(0) } },
      { upsert: true },
    );
  }
}
