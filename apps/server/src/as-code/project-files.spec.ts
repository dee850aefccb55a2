import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FILE_SCHEMAS, Graph, type ProjectFile, SyncInput } from '@pelton/contract';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Tinypool } from 'tinypool';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { step } from '../journeys/testing/journey-steps.js';
import { startTestApp, type TestApp } from '../journeys/testing/test-app.js';
import render, { type RenderTask } from '../messages/render.worker.js';
import { PipelinesService } from '../pipelines/pipelines.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { StepsService } from '../steps/steps.service.js';
import { CROSSINGS } from '../steps/testing/crossings.js';
import { kindCases, prepareKindCases } from '../steps/testing/kind-cases.js';
import { CONTROL_EXAMPLES, STEP_EXAMPLES } from '../steps/testing/step-examples.js';
import { SyncsService } from '../syncs/syncs.service.js';
import { fileSchema } from './file-schemas.js';
import { ProjectFilesService } from './project-files.service.js';
import { NOUNS, type Thing } from './thing.js';

const SERVER = 'http://localhost';
const CALLABLE = 'callable';
const KEEP = { prune: false, overwriteDrafts: false };
const LONDON = { cron: '30 6 * * 1-5', timezone: 'Europe/London' };
const when = { combinator: 'and', rules: [{ field: 'amount', operator: '>', value: 10 }] };
const TRIGGERS = [
  { kind: 'schedule', ...LONDON, missed: 'run-each' },
  {
    kind: 'event',
    event: 'Bought',
    everySeconds: 60,
    condition: when,
    entry: { again: 'after-days', key: 'order_id' },
  },
  { kind: 'webhook', rows: 'data.orders', columns: [{ name: 'user_id', family: 'text' }] },
  { kind: 'after', pipeline: CALLABLE, on: 'failed' },
  { kind: 'alert', metric: 'revenue', is: 'falls-by', threshold: 12.5, look: LONDON },
];

let server: TestApp;
let files: readonly ProjectFile[];
const exports = mkdtempSync(join(tmpdir(), 'pelton-'));
beforeAll(async () => {
  // A thread cannot load the worker's source, so what it does is done here.
  vi.spyOn(Tinypool.prototype, 'run').mockImplementation((task: RenderTask) => Promise.resolve(render(task)));
  server = await startTestApp({ PELTON_EXPORTS: exports, PELTON_FILES: exports, PELTON_URL: SERVER });
  const { app, actor } = server;
  await prepareKindCases(server, { exports, callable: CALLABLE });
  const stream = { stream: 'orders.csv' };
  const sync = { name: 'orders', title: 'Orders', connection: 'uploads', stream, dataset: 'orders' };
  const cursor = { mode: 'incremental', cursor: 'day', primaryKey: ['who', 'day'], schedule: LONDON };
  await app.get(SyncsService).create(actor.projectId, SyncInput.parse({ ...sync, ...cursor }));
  for (const [name, graph] of Object.entries(graphs())) {
    const input = { name, title: `Of ${name}`, description: 'As “files”', graph: Graph.parse(graph) };
    await app.get(PipelinesService).create(actor, input);
  }
  ({ files } = await app.get(ProjectFilesService).export(actor.projectId));
}, 120_000);
afterAll(async () => {
  await server.stop();
  rmSync(exports, { recursive: true, force: true });
});

/** Graphs with every kind of step and of trigger, and with all that a graph and a step can say besides. */
function graphs(): Record<string, object> {
  const examples = [...STEP_EXAMPLES, ...CONTROL_EXAMPLES].map(({ uses, with: params }) => [step('it', uses, params)]);
  const ofSteps = [...kindCases(CALLABLE), ...CROSSINGS].map(({ steps }) => steps);
  const numbered = (noun: string, all: object[]) => all.map((graph, index) => [`${noun}-${index}`, graph] as const);
  const patient = {
    retry: { times: 2, waitSeconds: 0.5, backoff: 1.5, jitter: false },
    timeout: 90,
    onError: 'branch',
  };
  return Object.fromEntries([
    ...numbered(
      'steps',
      [...examples, ...ofSteps].map((steps) => ({ steps })),
    ),
    ...numbered(
      'trigger',
      TRIGGERS.map((trigger) => ({ steps: [step('it', 'core/trigger', {})], trigger })),
    ),
    [
      'whole',
      {
        steps: [
          { ...step('it', 'core/sql', { query: "SELECT '# no comment' AS a,\n  1.0 AS b" }), ...patient, title: 'Es' },
        ],
        layout: { it: { x: -20, y: 0.5 } },
        notes: [{ id: 'note-1', text: 'yes\n- no: "?"', x: 1, y: 2, width: 90, height: 50, colour: 'red' }],
        settings: { atOnce: 3, whenBusy: 'replace', priority: 'low' },
      },
    ],
  ]);
}

const nounOf = ({ path }: ProjectFile) => NOUNS.find((noun) => path.startsWith(`${noun}s/`)) ?? 'pipeline';

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });

/** What a schema that editors fetch says of a file: nothing when all is well. */
function told(noun: Thing['noun'], file: unknown): string[] {
  const schema = fileSchema(noun, server.app.get(StepsService).types(), SERVER);
  const validate = ajv.getSchema(`${SERVER}/schema/${noun}.json`) ?? ajv.compile(schema);
  void validate(file);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

test('a project with every noun, kind of step and kind of trigger is exported', () => {
  expect([...new Set(files.map(nounOf))].sort()).toEqual([...NOUNS].sort());
  const pipelines = files.filter((file) => nounOf(file) === 'pipeline').map(({ text }) => parse(text) as Graph);
  const used = new Set(pipelines.flatMap(({ steps }) => steps.map(({ uses }) => uses)));
  const kinds = server.app
    .get(StepsService)
    .types()
    .map(({ uses }) => uses);
  expect(kinds.filter((uses) => uses.startsWith('core/') && !used.has(uses))).toEqual([]);
  expect(new Set(pipelines.flatMap(({ trigger }) => trigger?.kind ?? []))).toEqual(
    new Set(TRIGGERS.map(({ kind }) => kind)),
  );
});

test('each file is as the schema says that its first line names', () => {
  for (const file of files) {
    const noun = nounOf(file);
    expect(file.text.split('\n')[0]).toBe(`# yaml-language-server: $schema=${SERVER}/schema/${noun}.json`);
    expect([file.path, told(noun, parse(file.text))]).toEqual([file.path, []]);
  }
});

test('the schema tells an editor what is wrong in a file, also in the parameters of a step, which are read when it runs', () => {
  const whole = parse(files.find(({ path }) => path === 'pipelines/whole.yaml')?.text ?? '') as Record<string, unknown>;
  const broken: [change: object, told: string, isRead: boolean][] = [
    [{ stepz: [] }, ' must NOT have additional properties', false],
    [{ trigger: { kind: 'schedule', cron: '0 6 * * *' } }, "/trigger must have required property 'timezone'", false],
    [{ steps: [step('it', 'core/join', { keep: 'all' })] }, KEEP_WRONG, true],
    [{ steps: [step('it', 'core/select', {})] }, "/steps/0/with must have required property 'columns'", true],
  ];
  for (const [change, message, isRead] of broken) {
    const file = { ...whole, ...change };
    expect(told('pipeline', file)).toContain(message);
    expect(FILE_SCHEMAS.pipeline.safeParse(file).success).toBe(isRead);
  }
});
const KEEP_WRONG = '/steps/0/with/keep must be equal to one of the allowed values';

test('applied to an empty project, the files export as the same files, and then there is nothing to do', async () => {
  const service = server.app.get(ProjectFilesService);
  const { id: projectId } = await server.app.get(ProjectsService).create({ title: 'Copy', timezone: 'UTC' });
  const member = { ...server.actor, projectId, sessionId: 'session' };
  const plan = () => service.plan(member, { files: [...files], ...KEEP });
  const { changes, problems, state } = await plan();
  expect([changes.length, problems]).toEqual([files.length, []]);
  await service.apply(member, { files: [...files], ...KEEP, state });
  expect((await service.export(projectId)).files).toEqual(files);
  expect(await plan()).toMatchObject({ changes: [], unnamed: [], problems: [] });
});
