import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import type { Graph, Run, Sample, StepProblem } from '@pelton/contract';
import { startServices } from '@pelton/embedded';
import { readConfig } from '../../config.js';
import { createApp } from '../../create-app.js';
import { newId } from '../../common/ids.js';
import { type ProjectSql, WarehouseService } from '../../infra/warehouse.service.js';
import { PipelinesService } from '../../pipelines/pipelines.service.js';
import { ProjectsService } from '../../projects/projects.service.js';
import { RunsService } from '../../runs/runs.service.js';

/** The whole server on services of its own, called without a network. Its data is a project's. */
export interface TestApp {
  app: INestApplication;
  project: ProjectSql;
  actor: { id: string; name: string; role: 'admin'; projectId: string; sessionId: undefined };
  /** Publishes a pipeline and gives its name. */
  publish(steps: Graph['steps'], name?: string): Promise<string>;
  /** What a check finds wrong with steps. @param name of their pipeline */
  problems(steps: Graph['steps'], name?: string): Promise<StepProblem[]>;
  /** Runs the live version as of an instant, to its end. */
  run(pipeline: string, asOf: string): Promise<Run>;
  /** A run as it stands when it is over. */
  ended(id: string): Promise<Run>;
  /** All runs of a pipeline that are over, the oldest first. */
  runsOf(pipeline: string): Promise<Run[]>;
  samples(run: string, step: string): Promise<Sample[]>;
  stop(): Promise<void>;
}

const END_MS = 30_000;

/** @param settings of the environment, besides those that every test has */
export async function startTestApp(settings: Record<string, string> = {}): Promise<TestApp> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pelton-'));
  const config = readConfig({ PELTON_DATA: dataDir, PELTON_LOG_LEVEL: 'silent', ...settings });
  const services = await startServices({ dataDir });
  const app = await createApp({ ...config, ...services });
  await app.init();
  const { id: projectId } = await app.get(ProjectsService).create({ title: 'Journeys', timezone: 'UTC' });
  const actor = { id: 'ada', name: 'Ada', role: 'admin' as const, projectId, sessionId: undefined };
  const pipelines = app.get(PipelinesService);
  const runs = app.get(RunsService);

  const ended = async (id: string): Promise<Run> => {
    const end = Date.now() + END_MS;
    for (;;) {
      const run = await runs.find(projectId, id);
      if (run.state !== 'running') return run;
      if (Date.now() > end) throw new Error(`Run ${id} did not end: ${JSON.stringify(run.steps)}`);
      await pause(20);
    }
  };

  return {
    app,
    actor,
    project: await app.get(WarehouseService).project(projectId),
    async publish(steps, name = `p${newId()}`) {
      const graph: Graph = { steps, layout: {} };
      const known = (await pipelines.list(projectId)).find((pipeline) => pipeline.name === name);
      if (known) await pipelines.changeDraft(actor, name, { revision: known.revision, graph });
      else await pipelines.create(actor, { name, title: name, description: '', graph });
      await pipelines.publish(actor, name);
      return name;
    },
    async problems(steps, name) {
      const check = await pipelines.check(projectId, { steps, layout: {} }, name);
      return check.steps.flatMap((step) => step.problems);
    },
    async run(pipeline, asOf) {
      const { id } = await runs.launch(actor, { pipeline, cause: { kind: 'manual' }, asOf });
      return ended(id);
    },
    ended,
    async runsOf(pipeline) {
      const summaries = await runs.list(projectId, { pipeline, limit: 100, offset: 0 });
      return Promise.all(summaries.toReversed().map(({ id }) => ended(id)));
    },
    samples: (run, step) => runs.samples(projectId, run, step),
    async stop() {
      await app.close();
      await services.stop();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 }); // a service that was killed may still be ending
    },
  };
}
