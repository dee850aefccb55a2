import type { DraftChange, Graph, Pipeline } from '@pelton/contract';
import { afterEach, expect, test, vi } from 'vitest';
import { effectScope } from 'vue';
import { useDraft } from './use-draft';

// Before the imports, which look for it.
vi.hoisted(() => vi.stubGlobal('window', new EventTarget()));
afterEach(() => vi.unstubAllGlobals());

const graphOf = (...ids: string[]): Graph => ({
  steps: ids.map((id) => ({ id, uses: 'core/filter', with: {}, inputs: {} })),
  layout: {},
});
const loaded: Pipeline = {
  name: 'shop',
  title: 'Shop',
  description: '',
  revision: 1,
  draft: graphOf(),
  live: null,
  changes: 0,
  trigger: null,
  updatedAt: '2026-01-01T00:00:00.000Z',
};

/** A server that keeps one draft and answers when it is let. */
function startServer() {
  let kept = loaded;
  let answer: () => void = () => undefined;
  const sent: DraftChange[] = [];
  vi.stubGlobal('fetch', async (_path: string, { body }: { body: string }) => {
    const change = JSON.parse(body) as DraftChange; // what the client was given to send
    sent.push(change);
    await new Promise<void>((resolve) => (answer = resolve));
    if (change.revision !== kept.revision)
      return Response.json({ error: { code: 'STALE_REVISION', facts: { by: 'Ada' } } }, { status: 409 });
    kept = { ...kept, revision: kept.revision + 1, draft: change.graph };
    return Response.json(kept);
  });
  return { sent, answer: () => answer(), kept: () => kept };
}

test('what is changed while a save is under way is saved after it, once, whoever asks', async () => {
  const server = startServer();
  const scope = effectScope();
  const draft = scope.run(() => useDraft(loaded));
  if (!draft) throw new Error('The scope ended');
  draft.change(graphOf('a'));
  const first = draft.save();
  draft.change(graphOf('a', 'b'));
  const second = draft.save();
  await vi.waitUntil(() => server.sent.length === 1);
  server.answer();
  await vi.waitUntil(() => server.sent.length === 2);
  server.answer();
  await Promise.all([first, second]);
  expect(server.sent.map(({ revision }) => revision)).toEqual([1, 2]);
  expect(server.kept().draft).toEqual(graphOf('a', 'b'));
  expect(draft.state.value).toBe('saved');
  scope.stop();
});
