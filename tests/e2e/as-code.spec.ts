import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type {
  FilePlan,
  Lineage,
  Pipeline,
  PipelineVersion,
  Project,
  ProjectFile,
  ProjectFiles,
  Session,
} from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { ROOT } from '../support/root.js';

const CLI = join(ROOT, 'packages/cli/bin/pelton.js');
const guide = readFileSync(join(ROOT, 'docs/guides/as-code.md'), 'utf8');

let pelton: Pelton;
let api: Api;
let folder: string;
let sample: string;

beforeAll(async () => {
  pelton = await startPelton();
  api = await Api.signIn(pelton.url);
  folder = mkdtempSync(join(tmpdir(), 'pelton-files-'));
  await api.openSample('2026-11-01T00:00:00Z');
  sample = (await api.get<Session>('/api/session')).project.id;
}, 120_000);
afterAll(async () => {
  await pelton.stop();
  removeDataDir(pelton.dataDir);
  rmSync(folder, { recursive: true, force: true });
});

/** Goes into a project. @returns a key of it */
async function enter(projectId: string, scopes = ['operate', 'deploy']): Promise<string> {
  await api.put('/api/session/project', { projectId });
  return (await api.post<{ secret: string }>('/api/keys', { title: scopes.at(-1), scopes })).secret;
}

async function newProject(title: string): Promise<string> {
  return enter((await api.post<Project>('/api/projects', { title })).id);
}

function run(key: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const env = { PATH: process.env.PATH, PELTON_URL: pelton.url, PELTON_KEY: key };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout + stderr }),
    );
  });
}

const inFolder = (name: string) => join(folder, name);

function filesIn(name: string): Record<string, string> {
  const root = inFolder(name);
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml'));
  return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

function write(name: string, path: string, text: string): void {
  const file = join(inFolder(name), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The files that the guide shows, each after its path. */
const guideFiles = [...guide.matchAll(/^`(\S+\.yaml)`\n\n```yaml\n([\s\S]*?)```/gm)].map(
  ([, path = '', text = '']): ProjectFile => ({ path, text }),
);

describe('a project as files', () => {
  test('exported and applied to an empty project, it exports the same files', async () => {
    const from = await enter(sample);
    expect((await run(from, 'export', inFolder('one'))).code).toBe(0);
    const exported = filesIn('one');
    expect(Object.keys(exported)).toContain('pipelines/win-back-lapsed-buyers.yaml');
    expect(Object.keys(exported)).toHaveLength(17);

    const to = await newProject('Copy');
    const applied = await run(to, 'apply', inFolder('one'), '--yes');
    expect(applied).toMatchObject({ code: 0, output: expect.stringContaining('+ message win-back-mail') as string });
    await run(to, 'export', inFolder('two'));
    expect(filesIn('two')).toEqual(exported);
    expect(await run(to, 'apply', inFolder('one'))).toEqual({ code: 0, output: 'Nothing to do.\n' });
    const [version] = await api.get<PipelineVersion[]>('/api/pipelines/win-back-lapsed-buyers/versions');
    expect(version).toMatchObject({ version: 1, note: 'From files', publishedBy: 'key deploy' });
  });

  test('holds no secrets', async () => {
    const key = await newProject('Secrets');
    const config = { host: 'mail.example.org', port: 587, secure: 'starttls', from: 'a@example.org', user: 'ada' };
    await api.post('/api/connections', {
      ...{ name: 'mail', title: 'Mail', kind: 'channel', uses: 'email', config },
      secrets: { password: 'a very secret word' },
    });
    await run(key, 'export', inFolder('secrets'));
    expect(filesIn('secrets')['connections/mail.yaml']).toContain('host: mail.example.org');
    expect(JSON.stringify(filesIn('secrets'))).not.toContain('secret');
  });

  test('changes what differs, and deletes only when asked to', async () => {
    const key = await newProject('Changes');
    write(
      'changes',
      'metrics/orders.yaml',
      'name: orders\ntitle: Orders\ntemplate: count\nparams: { event: Paid, unit: orders }\n',
    );
    await run(key, 'apply', inFolder('changes'), '--yes');
    await api.post('/api/tags', {
      ...{ name: 'buyers', title: 'Buyers', template: 'behaviour' },
      params: { rules: [{ kind: 'did', event: 'Paid' }] },
    });
    write(
      'changes',
      'metrics/orders.yaml',
      'name: orders\ntitle: Paid orders\ntemplate: count\nparams: { event: Paid, unit: orders }\n',
    );
    expect(await run(key, 'apply', inFolder('changes'))).toEqual({
      code: 2,
      output: `~ metric orders (title)
In no file, and left as they are (--prune deletes): tag buyers
Nothing was changed. Add --yes to apply without being asked.\n`,
    });
    expect(await api.get('/api/metrics/orders')).toMatchObject({ title: 'Orders', version: 1 });
    const pruned = await run(key, 'apply', inFolder('changes'), '--yes', '--prune');
    expect(pruned).toEqual({ code: 0, output: '~ metric orders (title)\n- tag buyers\nApplied.\n' });
    expect(await api.get('/api/metrics/orders')).toMatchObject({ title: 'Paid orders', version: 2 });
    expect(await api.get('/api/tags')).toEqual([]);
  });

  test('says of each file what is wrong with it, and applies nothing', async () => {
    const key = await newProject('Wrong');
    write('wrong', 'tags/a.yaml', 'name: b\ntitle: B\ntemplate: behaviour\nparams: {}\n');
    write('wrong', 'metrics/c.yaml', 'name: c\ntitle: C\nformula: 1\n');
    write('wrong', 'metrics/d.yaml', 'name: d\n  title: [');
    const { code, output } = await run(key, 'apply', inFolder('wrong'), '--yes');
    expect(code).toBe(2);
    expect(output).toContain('! tags/a.yaml: it is called b inside. Rename the file to tags/b.yaml, or the name');
    expect(output).toContain('! metrics/c.yaml: template:');
    expect(output).toContain('! metrics/d.yaml: this is not YAML');
  });

  test('is not applied when somebody changed the project since the plan, nor over an unpublished draft', async () => {
    await newProject('Stale');
    await api.put('/api/session/project', { projectId: sample });
    const { files } = await api.get<ProjectFiles>('/api/project-files');
    const changed = files.map(({ path, text }) => ({ path, text: text.replace('Paid orders only', 'Only paid') }));
    const plan = await api.post<FilePlan>('/api/project-files/plan', { files: changed });
    expect(plan.changes).toMatchObject([{ act: 'change', noun: 'pipeline', parts: ['steps.paid'] }]);
    const pipeline = await api.get<Pipeline>('/api/pipelines/win-back-lapsed-buyers');
    const graph = { ...pipeline.draft, steps: pipeline.draft.steps.slice(0, -1) };
    await api.put('/api/pipelines/win-back-lapsed-buyers/draft', { revision: pipeline.revision, graph });
    const again = await api.post<FilePlan>('/api/project-files/plan', { files: changed });
    expect(again.problems).toMatchObject([{ path: 'pipelines/win-back-lapsed-buyers.yaml' }]);
    await expect(
      api.post('/api/project-files/apply', { files: changed, overwriteDrafts: true, state: plan.state }),
    ).rejects.toMatchObject({ status: 409, answer: { code: 'STALE_PLAN' } });
    await api.put('/api/pipelines/win-back-lapsed-buyers/draft', {
      revision: pipeline.revision + 1,
      graph: pipeline.draft,
    });
  });

  test('needs a key that may', async () => {
    const operate = await enter(sample, ['operate']);
    const refused = await run(operate, 'apply', inFolder('one'), '--yes');
    expect(refused).toMatchObject({ code: 2, output: expect.stringContaining('lacks the scope deploy') as string });
  });
});

describe('lineage', () => {
  const reach = async (query: Record<string, string>) => {
    const { nodes, edges } = await api.get<Lineage>(`/api/lineage/of?${new URLSearchParams(query).toString()}`);
    return { ids: nodes.map(({ id }) => id), edges };
  };
  const source = 'stream/shop-exports/orders.parquet';

  beforeAll(async () => {
    await api.put('/api/session/project', { projectId: sample });
  });

  test('goes back from a sent message to the stream of the source file', async () => {
    const { ids, edges } = await reach({ id: 'message/win-back-mail', direction: 'back' });
    expect(ids).toEqual(
      expect.arrayContaining([
        'connection/mail',
        'connection/shop-exports',
        source,
        'tag/lapsed-90-days',
        'experiment/win-back-offer',
        'step/win-back-lapsed-buyers/paid',
      ]),
    );
    expect(ids).not.toContain('metric/average-order');
    const paid = edges.find(({ to }) => to === 'step/win-back-lapsed-buyers/paid');
    expect(paid?.rows).toEqual(['status']);
    expect(paid?.columns).toContainEqual({ from: 'amount', to: 'amount' });
  });

  test('goes forth from a column to what is made of it, and to nothing else', async () => {
    const ofAmount = (await reach({ id: source, direction: 'forth', column: 'amount' })).ids;
    expect(ofAmount).toEqual(
      expect.arrayContaining(['metric/revenue', 'metric/average-order', 'experiment/free-delivery']),
    );
    expect(ofAmount).not.toContain('tag/lapsed-90-days');
    expect(ofAmount).not.toContain('message/win-back-mail');
    const ofStatus = (await reach({ id: source, direction: 'forth', column: 'status' })).ids;
    expect(ofStatus).toContain('message/win-back-mail');
  });
});

describe('the guide', () => {
  test('has an example that runs', async () => {
    expect(guideFiles.map(({ path }) => path)).toEqual([
      'metrics/orders.yaml',
      'connections/shop-exports.yaml',
      'pipelines/paid-orders.yaml',
    ]);
    const key = await newProject('Guide');
    for (const { path, text } of guideFiles) write('guide', path, text);
    await api.upload({
      name: 'orders.csv',
      content: 'order,customer,status,at\n1,ann,paid,2026-01-05\n2,bob,open,2026-01-06\n3,ann,paid,2026-01-07\n',
    });
    expect((await run(key, 'apply', inFolder('guide'), '--yes')).output).toContain('+ pipeline paid-orders');
    const { code, output } = await run(key, 'run', 'paid-orders', '--wait');
    expect(output).toMatch(/done +events|done +To events: .*2/);
    expect(code).toBe(0);
    expect(await run(key, 'apply', inFolder('guide'))).toMatchObject({ code: 0 });
  });

  test('names a schema that editors can fetch and complete by', async () => {
    const response = await fetch(`${pelton.url}/schema/pipeline.json`);
    const schema = (await response.json()) as {
      properties: { steps: { items: { allOf: { if: object; then: object }[] } } };
    };
    const filter = schema.properties.steps.items.allOf.find((rule) => JSON.stringify(rule.if).includes('core/filter'));
    expect(filter?.then).toMatchObject({
      properties: { with: { properties: { condition: { title: 'Keep rows where' } } } },
    });
    expect((await fetch(`${pelton.url}/schema/secret.json`)).status).toBe(404);
  });
});
