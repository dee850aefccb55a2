import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Graph, OutputPort, Relation, Sql, Step } from '@pelton/contract';
import { identifier, join, sql } from '@pelton/sdk';
import { refreshIdentities } from '@pelton/warehouse';
import type { Model } from 'mongoose';
import { PinoLogger } from 'nestjs-pino';
import { newId } from '../common/ids.js';
import { type ProjectSql, WarehouseService } from '../infra/warehouse.service.js';
import { titleOf, waitsOf } from '../pipelines/graph-structure.js';
import { PipelinesService } from '../pipelines/pipelines.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { RunsService } from '../runs/runs.service.js';
import { DefinitionsService } from '../steps/definitions.service.js';
import { StepsService } from '../steps/steps.service.js';
import { goingOn, stepsAfter } from './going-on.js';
import type { Turn } from './journey-turns.service.js';
import type { ReleaseDoc } from './journey.schema.js';
import {
  type AwaitedEvent,
  awaitedEvents,
  awaitedEventsQuery,
  type Claim,
  claimDueQuery,
  claimHappenedQuery,
  columnsOfText,
  dueGroupsQuery,
  happenedGroupsQuery,
  releasedQuery,
  releasedRelation,
  removeQuery,
  type WaitingGroup,
} from './waiting.queries.js';

/** A release that came to nothing is looked at again, because what marked its users may be slow to arrive. */
const EMPTY_FOR_MS = 3_600_000;

/** A step at which users wait, in the version of the pipeline that they entered. */
interface WaitingPlace {
  graph: Graph;
  step: Step;
  ports: OutputPort[];
  decidesAgain: boolean;
}

/**
 * Lets users go on who wait no more: marks them with the run in which they do, then starts it. All of one step who may go
 * on at once are one run. A process may die anywhere in between: what was marked belongs to a release that is written
 * down, and the run of a release is started under its id, so once.
 */
@Injectable()
export class Releaser {
  constructor(
    @InjectModel('Release') private readonly releases: Model<ReleaseDoc>,
    private readonly warehouse: WarehouseService,
    private readonly projects: ProjectsService,
    private readonly pipelines: PipelinesService,
    private readonly steps: StepsService,
    private readonly definitions: DefinitionsService,
    private readonly runs: RunsService,
    private readonly logger: PinoLogger,
  ) {}

  /** Ends what an earlier turn began. */
  async endBegun(now: Date): Promise<void> {
    for (const release of await this.releases.find().lean()) {
      const ended = await this.end(release).catch((error: unknown) => {
        this.logger.warn({ err: error, runId: release._id, pipeline: release.pipeline }, 'journey.not-started');
        return true;
      });
      const isOld = now.getTime() - release.startedAt.getTime() > EMPTY_FOR_MS;
      if (!ended && isOld) await this.releases.deleteOne({ _id: release._id });
    }
  }

  /**
   * Lets everybody of a project go on who may.
   * @param held pipelines in which nobody goes on
   */
  async release(projectId: string, held: readonly string[], now: Date, turn: Turn): Promise<void> {
    const project = await this.warehouse.project(projectId);
    const events = await this.awaitedEvents(project, now);
    for (const group of await this.groups(project, events, now)) {
      if (held.includes(group.pipeline)) continue;
      await this.letGo(project, group, { now, turn }, (claim) => [
        ...(events ? [claimHappenedQuery(project.database, group, events, claim('first'))] : []),
        claimDueQuery(project.database, group, now.toISOString(), claim('last')),
      ]);
      if (!(await turn.isMine())) return;
    }
  }

  /**
   * Lets users of one step go on who are marked by `claims`, each of which leads them to a port of the step.
   * @param claims statements that mark them, given the claim of a port by its name, or of the first or last one
   */
  async letGo(
    project: ProjectSql,
    group: WaitingGroup,
    { now, turn }: { now: Date; turn: Turn },
    claims: (claim: (port: string) => Claim) => Sql[],
  ): Promise<void> {
    const { projectId, admin, database } = project;
    const place = await this.placeOf(projectId, group);
    if (!place) {
      this.logger.info({ pipeline: group.pipeline, stepId: group.stepId }, 'journey.pipeline-gone');
      await admin.run(removeQuery(database, group, turn.fence));
      return;
    }
    const release = await this.begin(projectId, group, now);
    const names = place.ports.map(({ name }) => name);
    const portOf = (port: string) => (port === 'first' ? names[0] : port === 'last' ? names.at(-1) : port) ?? port;
    const claim = (port: string) => ({ runId: release._id, port: portOf(port), fence: turn.fence });
    for (const statement of claims(claim)) await admin.run(statement);
    // Whoever has the turn now ends what was begun.
    if (await turn.isMine()) await this.end(release);
  }

  private async groups(project: ProjectSql, events: Sql | undefined, now: Date): Promise<WaitingGroup[]> {
    const { admin, database } = project;
    const due = await admin.rows<WaitingGroup>(dueGroupsQuery(database, now.toISOString()));
    const happened = events ? await admin.rows<WaitingGroup>(happenedGroupsQuery(database, events)) : [];
    return [...new Map([...due, ...happened].map((group) => [JSON.stringify(group), group])).values()];
  }

  /** Events that somebody waits for: SELECT user_id, event, condition, timestamp; undefined when nobody waits for any. */
  private async awaitedEvents(project: ProjectSql, now: Date): Promise<Sql | undefined> {
    const { admin, database } = project;
    const awaited = await admin.rows<AwaitedEvent>(awaitedEventsQuery(database));
    if (awaited.length === 0) return undefined;
    const hasIdentities = await refreshIdentities(project);
    const { timezone } = await this.projects.find(project.projectId);
    const until = { now: now.toISOString(), timezone, hasIdentities };
    const selects = awaited.map((each) => awaitedEvents(database, each, until));
    return join(selects, ' UNION ALL ');
  }

  private async placeOf(projectId: string, group: WaitingGroup): Promise<WaitingPlace | undefined> {
    const graph = await this.pipelines.published(projectId, group.pipeline, group.version);
    const step = graph?.steps.find(({ id }) => id === group.stepId);
    if (!graph || !step) return undefined;
    const kind = this.steps.kind(step);
    if (kind.kind !== 'action' || !kind.release) return undefined;
    const params = this.steps.readParams(kind, step);
    const ports = kind.outputs(params, await this.definitions.current(projectId));
    return { graph, step, ports, decidesAgain: kind.release === 'decides-again' };
  }

  private async begin(projectId: string, group: WaitingGroup, now: Date): Promise<ReleaseDoc> {
    const { pipeline, version, stepId, columns } = group;
    const release = { _id: newId(), projectId, pipeline, version, stepId, columns, asOf: now, startedAt: now };
    await this.releases.create(release);
    return release;
  }

  /** Starts the run of those who are marked; done again, it changes nothing. @returns false when nobody is marked */
  private async end(release: ReleaseDoc): Promise<boolean> {
    const { _id: id, projectId, pipeline, version, stepId, asOf } = release;
    const project = await this.warehouse.project(projectId);
    const table = `stage_${id}_${stepId}_0_released`;
    await project.admin.run(
      sql`CREATE OR REPLACE TABLE ${identifier(table)} ENGINE = MergeTree ORDER BY port AS ${releasedQuery(project.database, release, id)}`,
    );
    const { users } = await project.admin.row<{ users: number }>(
      sql`SELECT count() AS users FROM ${identifier(table)}`,
    );
    const place = await this.placeOf(projectId, release);
    if (users > 0 && place) {
      const { graph, step } = place;
      const released = identifier(project.database, table);
      const actor = { projectId, name: titleOf(graph, stepId, this.steps) };
      const ports = portsOf(place, released, release);
      const after = stepsAfter(graph, waitsOf(graph, this.steps), stepId, ({ uses }) =>
        this.steps.takesWhoArrives(uses),
      );
      await this.runs.launch(actor, {
        id,
        pipeline,
        cause: { kind: 'wait', by: stepId },
        frozen: { graph, version },
        asOf: asOf.toISOString(),
        ...goingOn(step, after, { decidesAgain: place.decidesAgain, ports }),
      });
      this.logger.info({ runId: id, pipeline, stepId, users }, 'journey.released');
    }
    if (users > 0 || !place) await this.releases.deleteOne({ _id: id });
    return users > 0;
  }
}

function portsOf({ ports }: WaitingPlace, released: Sql, { columns }: WaitingGroup): Record<string, Relation> {
  const described = columnsOfText(columns);
  return Object.fromEntries(ports.map(({ name }) => [name, releasedRelation(released, name, described)]));
}
