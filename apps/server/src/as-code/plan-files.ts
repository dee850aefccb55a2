import { type FilePlan, type PlannedChange, stableText } from '@pelton/contract';
import { pathOf, type Thing } from './thing.js';

/** A thing of the project, with what a plan has to know of it besides. */
export interface StandingThing extends Thing {
  /** Of a pipeline: whether it was ever published, and whether its draft differs from the live version. */
  draft?: { isLive: boolean; isChanged: boolean };
  /** Of a connection: whether it keeps a secret. */
  holdsSecrets?: boolean;
}

interface Options {
  prune: boolean;
  overwriteDrafts: boolean;
  /** Whether a person asks, and not an API key. */
  isMember: boolean;
}

type Planned = Pick<FilePlan, 'changes' | 'unnamed' | 'problems'>;

/** What has to happen so that a project holds what files say; pure, so that it can be shown before. */
export function planFiles(standing: readonly StandingThing[], wanted: readonly Thing[], options: Options): Planned {
  const now = new Map(standing.map((thing) => [pathOf(thing), thing]));
  const then = new Set(wanted.map(pathOf));
  const plans = wanted.map((thing) => planThing(now.get(pathOf(thing)), thing, options));
  const unnamed = standing.filter((thing) => !then.has(pathOf(thing)));
  const deleted = options.prune ? unnamed.map((thing) => changeOf('delete', thing, [])) : [];
  return {
    changes: [...plans.flatMap(({ change }) => change ?? []), ...deleted.toReversed()],
    unnamed: options.prune ? [] : unnamed.map(({ noun, name }) => ({ noun, name })),
    problems: plans.flatMap(({ problem }) => problem ?? []),
  };
}

function planThing(
  now: StandingThing | undefined,
  then: Thing,
  options: Options,
): { change?: PlannedChange; problem?: FilePlan['problems'][number] } {
  if (!now) return { change: changeOf('create', then, []) };
  const parts = differingParts(now.body, then.body);
  if (parts.length === 0) return {};
  const reason = refusal(now, then, parts, options);
  if (reason) return { problem: { path: pathOf(then), message: reason } };
  return { change: changeOf('change', then, parts) };
}

function refusal(
  { draft, body, noun, holdsSecrets }: StandingThing,
  then: Thing,
  parts: readonly string[],
  { overwriteDrafts, isMember }: Options,
): string | undefined {
  if (noun === 'connection' && (body['uses'] !== then.body['uses'] || body['kind'] !== then.body['kind']))
    return 'a connection stays of its kind. Give the new one another name';
  // Else a key could send the secrets, which nobody can read, to a server of its holder's.
  if (holdsSecrets && !isMember && parts.includes('config'))
    return 'it keeps secrets, so no API key may change where it leads. Change it on its page, or apply as a signed-in admin';
  if (noun !== 'pipeline') return undefined;
  if (draft?.isLive && then.body['draft'])
    return 'it is published, and cannot be made a draft again. Take out draft: true';
  if (draft?.isLive && draft.isChanged && !overwriteDrafts)
    return 'its draft holds changes that are not published. Publish them, or overwrite them with --overwrite-drafts';
  return undefined;
}

/** Parts of a thing that differ; of a pipeline each step for itself. */
function differingParts(now: Thing['body'], then: Thing['body']): string[] {
  const keys = [...new Set([...Object.keys(now), ...Object.keys(then)])];
  return keys
    .filter((key) => stableText(now[key]) !== stableText(then[key]))
    .flatMap((key) => (key === 'steps' ? differingSteps(now[key], then[key]) : [key]));
}

function differingSteps(now: unknown, then: unknown): string[] {
  const [old, next] = [now, then].map(
    (steps) => new Map((steps as { id: string }[]).map((step) => [step.id, stableText(step)])), // read by its schema
  );
  const ids = [...new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])])];
  const differing = ids.filter((id) => old?.get(id) !== next?.get(id)).map((id) => `steps.${id}`);
  return differing.length > 0 ? differing : ['steps'];
}

function changeOf(act: PlannedChange['act'], { noun, name, title }: Thing, parts: string[]): PlannedChange {
  const isNewConnection = noun === 'connection' && act === 'create';
  const notes = isNewConnection ? ['Its secrets, if it has any, are entered on its page'] : [];
  return { noun, name, title, act, parts, notes };
}
