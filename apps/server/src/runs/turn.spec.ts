import { RunSettings } from '@pelton/contract';
import { expect, test } from 'vitest';
import type { Launch } from './launch.js';
import { isTold, priorityOf, turnOf } from './turn.js';

const settings = RunSettings.parse({ atOnce: 2, whenBusy: 'skip', priority: 'high' });
const by = (kind: Launch['cause']['kind'], more: Partial<Launch> = {}): Launch => ({
  ...{ pipeline: 'shop', cause: { kind } },
  ...more,
});

test('runs go by the settings; without any, triggers start one at a time and people as many as they like', () => {
  expect(turnOf(by('manual'), settings)).toEqual({ atOnce: 2, whenBusy: 'skip' });
  expect(turnOf(by('event'), settings)).toEqual({ atOnce: 2, whenBusy: 'skip' });
  expect(turnOf(by('event'), undefined)).toEqual({ atOnce: 1, whenBusy: 'queue' });
  expect(turnOf(by('manual'), undefined)).toBeUndefined();
});

test('who tries something out, who goes on after a wait and a back-fill wait for nobody', () => {
  const free = [by('backfill'), by('wait'), by('manual', { draft: true }), by('manual', { dry: true })];
  free.push(by('manual', { part: { step: 'a', andAfter: false } }));
  expect(free.map((launch) => turnOf(launch, settings))).toEqual(free.map(() => undefined));
});

test('what people start goes before what triggers start, and history goes last', () => {
  const low = RunSettings.parse({ priority: 'low' });
  expect(priorityOf(by('manual'), undefined)).toEqual({});
  expect(priorityOf(by('manual'), low)).toEqual({ priority: 10 });
  expect(priorityOf(by('schedule'), settings)).toEqual({ priority: 1 });
  expect(priorityOf(by('schedule'), undefined)).toEqual({ priority: 5 });
  expect(priorityOf(by('backfill'), settings)).toEqual({ priority: 20 });
  expect(priorityOf(by('pipeline', { priority: 7 }), settings)).toEqual({ priority: 7 });
});

test('the end of a run is told to pipelines that come after it, but not that of a trial, a part, a wait or a back-fill', () => {
  expect([by('manual'), by('schedule'), by('pipeline')].map(isTold)).toEqual([true, true, true]);
  const silent = [by('backfill'), by('wait'), by('manual', { draft: true }), by('manual', { dry: true })];
  silent.push(by('manual', { part: { step: 'a', andAfter: true } }));
  expect(silent.map(isTold)).toEqual(silent.map(() => false));
});
