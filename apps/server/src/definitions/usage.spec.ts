import { describe, afterAll, beforeAll, expect, test } from 'vitest';
import type { Model } from 'mongoose';
import { type ExperimentDoc, ExperimentSchema } from '../experiments/experiment.schema.js';
import { newId } from '../common/ids.js';
import { openTestDocuments, type TestDocuments } from '../infra/testing/test-documents.js';
import { MessageSchema } from '../messages/message.schema.js';
import { type PipelineDoc, PipelineSchema } from '../pipelines/pipeline.schema.js';
import { SyncSchema } from '../syncs/sync.schema.js';
import { UsageService } from './usage.service.js';

let documents: TestDocuments;
let pipelines: Model<PipelineDoc>;
let usage: UsageService;
beforeAll(async () => {
  documents = await openTestDocuments();
  pipelines = await documents.model('Pipeline', PipelineSchema);
  usage = new UsageService(
    pipelines,
    await documents.model<ExperimentDoc>('Experiment', ExperimentSchema),
    await documents.model('Message', MessageSchema),
    await documents.model('Sync', SyncSchema),
  );
});
afterAll(() => documents.close());

const naming = (more: object) => ({ steps: [], layout: {}, ...more });
const alert = { kind: 'alert', metric: 'revenue' };
const step = { id: 'm', uses: 'core/metric', with: { metric: 'revenue' }, inputs: {} };

describe('a metric is used', () => {
  test.each([
    ['by a step of a draft', { draft: naming({ steps: [step] }) }],
    ['by a step of a live version', { draft: naming({}), live: { version: 1, graph: naming({ steps: [step] }) } }],
    ['by the alert that starts a draft', { draft: naming({ trigger: alert }) }],
    [
      'by the alert that starts a live version',
      { draft: naming({}), live: { version: 1, graph: naming({ trigger: alert }) } },
    ],
  ])('%s', async (title, graphs) => {
    const projectId = newId();
    const doc = { _id: newId(), projectId, name: 'p', title, revision: 1, ...graphs };
    await pipelines.create({ ...doc, updatedAt: new Date(), updatedBy: 'Ada' });
    expect(await usage.usersOf(projectId, 'metric', 'revenue')).toEqual([title]);
    expect(await usage.usersOf(projectId, 'metric', 'orders')).toEqual([]);
    await expect(usage.refuseIfUsed(projectId, 'metric', 'revenue')).rejects.toThrow(`used by ${title}`);
  });
});

test('a pipeline is used by those that call it or start after it, and not by itself', async () => {
  const projectId = newId();
  const call = { id: 'c', uses: 'core/pipeline', with: { pipeline: 'called' }, inputs: {} };
  const drafts = {
    called: naming({ steps: [call] }),
    caller: naming({ steps: [call] }),
    follower: naming({ trigger: { kind: 'after', pipeline: 'called', on: 'done' } }),
    stranger: naming({}),
  };
  for (const [name, draft] of Object.entries(drafts))
    await pipelines.create({
      ...{ _id: newId(), projectId, name, title: name, revision: 1, draft },
      ...{ updatedAt: new Date(), updatedBy: 'Ada' },
    });
  expect((await usage.usersOf(projectId, 'pipeline', 'called')).toSorted()).toEqual(['caller', 'follower']);
});
