import { describe, expect, test } from 'vitest';
import { planFiles, type StandingThing } from './plan-files.js';
import { toThing } from './thing.js';

const step = (id: string, params = {}) => ({ id, uses: 'core/filter', with: params, inputs: {} });
const pipeline = (steps: object[], more = {}) =>
  toThing('pipeline', { name: 'shop', title: 'Shop', steps, layout: {}, ...more } as never); // read by the schema
const standing = (isChanged: boolean): StandingThing => ({
  ...pipeline([step('a'), step('b')]),
  draft: { isLive: true, isChanged },
});
const KEEP = { prune: false, overwriteDrafts: false, isMember: true };
const tag = toThing('tag', { name: 'x', title: 'X', template: 'behaviour', params: {} } as never); // read by the schema

describe('a plan', () => {
  test('is empty for what stands already, in whatever order its keys are', () => {
    const { id, ...rest } = step('a');
    const same = pipeline([{ ...rest, id }, step('b')]);
    expect(planFiles([standing(true)], [same], KEEP)).toEqual({ changes: [], unnamed: [], problems: [] });
  });

  test('names the steps that differ', () => {
    const { changes } = planFiles([standing(false)], [pipeline([step('a', { x: 1 }), step('c')])], KEEP);
    expect(changes).toMatchObject([{ act: 'change', parts: ['steps.a', 'steps.b', 'steps.c'] }]);
  });

  test('deletes what no file names only when asked to, the last that was needed first', () => {
    expect(planFiles([tag, standing(false)], [], KEEP)).toMatchObject({
      changes: [],
      unnamed: [
        { noun: 'tag', name: 'x' },
        { noun: 'pipeline', name: 'shop' },
      ],
    });
    const { changes } = planFiles([tag, standing(false)], [], { ...KEEP, prune: true });
    expect(changes.map(({ act, noun }) => [act, noun])).toEqual([
      ['delete', 'pipeline'],
      ['delete', 'tag'],
    ]);
  });

  describe('of an API key', () => {
    const connection = (more: object) =>
      toThing('connection', { name: 'shop', title: 'Shop', kind: 'connector', uses: 'http', ...more } as never); // read by the schema
    const ours = connection({ config: { url: 'https://shop.example' } });
    const theirs = connection({ config: { url: 'https://evil.example' } });
    const renamed = connection({ title: 'Our shop', config: { url: 'https://shop.example' } });
    const BY_KEY = { ...KEEP, isMember: false };

    test('does not lead a connection elsewhere that keeps a secret, which would then go there', () => {
      expect(planFiles([{ ...ours, holdsSecrets: true }], [theirs], BY_KEY)).toMatchObject({
        changes: [],
        problems: [
          { path: 'connections/shop.yaml', message: expect.stringContaining('no API key may change') as string },
        ],
      });
      expect(planFiles([{ ...ours, holdsSecrets: true }], [theirs], KEEP).problems).toEqual([]);
    });

    test('makes connections, changes those without secrets, and names others anew', () => {
      const acts = (standing: StandingThing[], wanted: StandingThing) =>
        planFiles(standing, [wanted], BY_KEY).changes.map(({ act, parts }) => [act, parts]);
      expect(acts([], ours)).toEqual([['create', []]]);
      expect(acts([{ ...ours, holdsSecrets: false }], theirs)).toEqual([['change', ['config']]]);
      expect(acts([{ ...ours, holdsSecrets: true }], renamed)).toEqual([['change', ['title']]]);
    });
  });

  test('does not overwrite a draft with changes unless told so', () => {
    const wanted = [pipeline([step('a')])];
    expect(planFiles([standing(true)], wanted, KEEP)).toMatchObject({
      changes: [],
      problems: [{ path: 'pipelines/shop.yaml' }],
    });
    expect(planFiles([standing(true)], wanted, { ...KEEP, overwriteDrafts: true }).changes).toHaveLength(1);
  });

  test('does not take a live pipeline back', () => {
    expect(planFiles([standing(false)], [pipeline([step('a')], { draft: true })], KEEP).problems).toHaveLength(1);
  });
});
