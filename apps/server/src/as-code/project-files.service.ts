import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  AppError,
  type ApplyInput,
  type FilePlan,
  isAppError,
  type PlanInput,
  type ProjectFiles,
  stableText,
} from '@pelton/contract';
import type { Actor } from '../common/allow.js';
import { PublicUrl } from '../infra/public-url.js';
import { FileStore } from './file-store.service.js';
import { planFiles, type StandingThing } from './plan-files.js';
import { NOUNS, pathOf, type Thing, toFile } from './thing.js';

/** A project as files: what it holds, what files would change, and the change itself. */
@Injectable()
export class ProjectFilesService {
  constructor(
    private readonly store: FileStore,
    private readonly publicUrl: PublicUrl,
  ) {}

  async export(projectId: string): Promise<ProjectFiles> {
    const things = await this.store.all(projectId);
    return { files: await Promise.all(things.map((thing) => toFile(thing, this.publicUrl.get()))) };
  }

  async plan(actor: Actor, input: PlanInput): Promise<FilePlan> {
    return (await this.planned(actor, input)).plan;
  }

  /**
   * Does what was planned, each thing after those that it needs. Applying again goes on where an error stopped it.
   * @throws STALE_PLAN when the project changed since, FILES_REFUSED with all that is wrong
   */
  async apply(actor: Actor, input: ApplyInput): Promise<FilePlan> {
    const { plan, things } = await this.planned(actor, input);
    if (plan.problems.length > 0) throw new AppError('FILES_REFUSED', { problems: plan.problems });
    if (plan.state !== input.state) throw new AppError('STALE_PLAN', {});
    for (const change of plan.changes) {
      const thing = things.get(pathOf(change));
      // One after another: an experiment needs its metrics, a pipeline everything.
      // oxlint-disable-next-line no-await-in-loop
      await named(pathOf(change), () => this.store.write(actor, change, thing));
    }
    for (const change of plan.changes) {
      const isLive =
        change.noun === 'pipeline' && change.act !== 'delete' && !things.get(pathOf(change))?.body['draft'];
      // oxlint-disable-next-line no-await-in-loop -- versions are numbered one after another
      if (isLive) await named(pathOf(change), () => this.store.publish(actor, change.name));
    }
    return plan;
  }

  private async planned(actor: Actor, input: PlanInput): Promise<{ plan: FilePlan; things: Map<string, Thing> }> {
    const { readFiles } = await import('./read-files.js'); // a start need not know YAML
    const { things, problems } = readFiles(input.files);
    const standing = await this.store.all(actor.projectId);
    const plan = planFiles(standing, inOrder(things), { ...input, isMember: actor.sessionId !== undefined });
    return {
      plan: { ...plan, problems: [...problems, ...plan.problems], state: stateOf(standing) },
      things: new Map(things.map((thing) => [pathOf(thing), thing])),
    };
  }
}

/** An error says which file it is of. */
async function named(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isAppError(error)) throw error;
    throw new AppError('FILES_REFUSED', { problems: [{ path, message: error.message }] }, { cause: error });
  }
}

/** Each after what it needs. */
function inOrder(things: readonly Thing[]): Thing[] {
  return things.toSorted((a, b) => NOUNS.indexOf(a.noun) - NOUNS.indexOf(b.noun));
}

function stateOf(standing: readonly StandingThing[]): string {
  return createHash('sha256').update(stableText(standing)).digest('hex');
}
