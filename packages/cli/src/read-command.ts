import { parseArgs } from 'node:util';

export const HELP = `pelton export DIR           Write the project as YAML files
pelton apply DIR            Make the project hold what the files say; shows the plan and asks first
  --yes                     Do not ask
  --prune                   Delete what no file names
  --overwrite-drafts        Take drafts that were changed since they were published, too
pelton run PIPELINE         Start a run of the live version
  --draft                   Of the draft instead: stores nothing, sends nothing
  --as-of INSTANT           Look back from then, such as 2026-11-01T00:00:00Z
  --wait                    Until it is over

  --url URL                 Where Pelton is; else PELTON_URL, else http://127.0.0.1:4600
  --key KEY                 An API key; else PELTON_KEY. export needs read, run operate, apply deploy

Ends with 0 when it is done or there is nothing to do, 1 when it failed, 2 when it was refused.`;

interface Place {
  url: string;
  key: string;
}

export type Command =
  | { name: 'help' }
  | (Place & { name: 'export'; folder: string })
  | (Place & { name: 'apply'; folder: string; yes: boolean; prune: boolean; overwriteDrafts: boolean })
  | (Place & { name: 'run'; pipeline: string; draft: boolean; asOf: string | undefined; wait: boolean });

const OPTIONS = {
  url: { type: 'string' },
  key: { type: 'string' },
  yes: { type: 'boolean', short: 'y', default: false },
  prune: { type: 'boolean', default: false },
  'overwrite-drafts': { type: 'boolean', default: false },
  draft: { type: 'boolean', default: false },
  'as-of': { type: 'string' },
  wait: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Reads what was typed. @throws Error saying what is missing or unknown */
export function readCommand(args: string[], env: NodeJS.ProcessEnv): Command {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const [name, target] = positionals;
  if (values.help || name === undefined || name === 'help') return { name: 'help' };
  if (name !== 'export' && name !== 'apply' && name !== 'run')
    throw new Error(`There is no command ${name}. Known are export, apply and run; pelton --help tells more.`);
  if (target === undefined)
    throw new Error(name === 'run' ? 'Name a pipeline: pelton run PIPELINE' : `Name a folder: pelton ${name} DIR`);
  const place = { url: values.url ?? env['PELTON_URL'] ?? 'http://127.0.0.1:4600', key: keyOf(values.key, env) };
  if (name === 'export') return { name, ...place, folder: target };
  if (name === 'run')
    return { name, ...place, pipeline: target, draft: values.draft, asOf: values['as-of'], wait: values.wait };
  const { yes, prune, 'overwrite-drafts': overwriteDrafts } = values;
  return { name, ...place, folder: target, yes, prune, overwriteDrafts };
}

function keyOf(given: string | undefined, env: NodeJS.ProcessEnv): string {
  const key = given ?? env['PELTON_KEY'];
  if (!key)
    throw new Error('An API key is needed: set PELTON_KEY, or add --key. An admin makes keys on the Keys page.');
  return key;
}
