import type { Graph, Pipeline } from '@pelton/contract';
import { expect, test } from 'vitest';
import { pipelinesUsing } from './pipelines-using';

const graph = (tag: string): Graph => ({
  steps: [{ id: 'a', uses: 'core/tag', with: { tag }, inputs: {} }],
  layout: {},
});
const pipeline = (name: string, draft: Graph, live: Graph | null): Pipeline => ({
  name,
  title: name,
  description: '',
  revision: 1,
  draft,
  live: live && { version: 1, graph: live, publishedAt: '2026-11-20T00:00:00Z', publishedBy: 'Hannah' },
  changes: 0,
  trigger: null,
  updatedAt: '2026-11-20T00:00:00Z',
});

test('a pipeline uses what its draft or its live version names', () => {
  const pipelines = [
    pipeline('drafted', graph('lapsed'), null),
    pipeline('live', graph('other'), graph('lapsed')),
    pipeline('neither', graph('other'), null),
  ];
  expect(pipelinesUsing(pipelines, 'tag', 'lapsed').map(({ name }) => name)).toEqual(['drafted', 'live']);
  expect(pipelinesUsing(pipelines, 'metric', 'lapsed')).toEqual([]);
});
