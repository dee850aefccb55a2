#!/usr/bin/env node
// A Singer tap: numbers up to `last`, a state every 50, and what can go wrong: lines that are no JSON, a crash.
const { readFileSync } = require('node:fs');

const argument = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : JSON.parse(readFileSync(process.argv[at + 1], 'utf8'));
};
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const { last, crashAt, token, fresh } = argument('config');
const schema = {
  type: 'object',
  properties: {
    n: { type: 'integer' },
    share: { type: ['null', 'number'] },
    at: { type: 'string', format: 'date-time' },
    more: { type: 'object' },
    ...(fresh && { fresh: { type: 'string' } }),
  },
};

if (token !== 's3cret') {
  console.error('The token is wrong');
  process.exitCode = 1;
} else if (process.argv.includes('--discover')) {
  const metadata = [{ breadcrumb: [], metadata: { 'table-key-properties': [], 'valid-replication-keys': ['n'] } }];
  const streams = ['numbers', 'letters'].map((id) => ({ tap_stream_id: id, stream: id, schema, metadata }));
  console.log(JSON.stringify({ streams }, null, 2));
} else {
  const chosen = argument('catalog').streams.filter(({ metadata }) => metadata[0].metadata.selected);
  if (chosen.length !== 1 || chosen[0].tap_stream_id !== 'numbers') throw new Error('Another stream was chosen');
  const reached = argument('state')?.n ?? 0;
  console.log(`Starting after ${reached}`);
  say({ type: 'SCHEMA', stream: 'numbers', schema, key_properties: [] });
  for (let n = reached + 1; n <= last; n += 1) {
    if (n === crashAt) {
      process.stdout.write('{"type": "RECORD", "stream": "numbers", "rec');
      console.error('Out of luck');
      process.exit(3);
    }
    if (n % 70 === 0) process.stdout.write('this is {not JSON}\n[1, 2]\n\n');
    const record = {
      n,
      share: n % 2 ? n / 2 : null,
      at: new Date(Date.UTC(2024, 0, 1, 0, n)).toISOString(),
      more: { n },
      fresh,
    };
    say({ type: 'RECORD', stream: 'numbers', record });
    if (n % 50 === 0) say({ type: 'STATE', value: { n } });
  }
  say({ type: 'STATE', value: { n: last } });
}
