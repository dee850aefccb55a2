#!/usr/bin/env node
// An Airbyte source: numbers up to `last`, a state every 50, and what can go wrong: no JSON, a crash, a false count.
const { readFileSync } = require('node:fs');

const argument = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : JSON.parse(readFileSync(process.argv[at + 1], 'utf8'));
};
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const [, , verb] = process.argv;
const { last, crashAt, falseCount, token, fresh } = argument('config');
const stream = {
  name: 'numbers',
  json_schema: {
    type: 'object',
    properties: {
      n: { type: 'integer' },
      word: { type: ['null', 'string'] },
      ...(fresh && { fresh: { type: 'string' } }),
    },
  },
  supported_sync_modes: ['full_refresh', 'incremental'],
  source_defined_cursor: true,
  default_cursor_field: ['n'],
};

if (verb === 'check') {
  const connectionStatus = token === 's3cret' ? { status: 'SUCCEEDED' } : { status: 'FAILED', message: 'Wrong token' };
  say({ type: 'CONNECTION_STATUS', connectionStatus });
} else if (verb === 'discover') {
  say({ type: 'LOG', log: { level: 'INFO', message: 'Looking' } });
  say({ type: 'CATALOG', catalog: { streams: [stream] } });
} else {
  const [configured] = argument('catalog').streams;
  const reached = argument('state')?.[0]?.stream?.stream_state?.n ?? 0;
  const from = configured.sync_mode === 'incremental' ? reached : 0;
  say({ type: 'LOG', log: { level: 'WARN', message: `Starting after ${from}` } });
  let sent = 0;
  for (let n = from + 1; n <= last; n += 1) {
    if (n === crashAt) {
      say({
        type: 'TRACE',
        trace: { type: 'ERROR', emitted_at: 0, error: { message: 'Out of luck', failure_type: 'system_error' } },
      });
      process.exit(1);
    }
    if (n % 70 === 0) process.stdout.write('Traceback (most recent call last):\n{"type":"RECORD"\n');
    say({
      type: 'RECORD',
      record: { stream: 'numbers', data: { n, word: n % 2 ? `w${n}` : null, fresh }, emitted_at: 0 },
    });
    sent += 1;
    if (n % 50 && n !== last) continue;
    const state = { type: 'STREAM', stream: { stream_descriptor: { name: 'numbers' }, stream_state: { n } } };
    say({
      type: 'STATE',
      state: { ...state, sourceStats: { recordCount: falseCount && n === last ? sent + 1 : sent } },
    });
    sent = 0;
  }
}
