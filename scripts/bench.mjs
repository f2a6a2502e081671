// `npm run bench [-- SECTION…]`: measures and writes what it found to `bench.json`. Sections: parse and
// pipeline (in memory), scan (a file through everything), stream (a real broker), state (a restart),
// search (many stored events). All of them when none is named. Figures say most on a quiet machine;
// ratios within one run say most of all.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, setUp } from './setup.mjs';

const typescript = (file) => ['--import', 'tsx', join(ROOT, 'test/bench', file)];
/** Sections by name; those of one key run once. */
const SECTIONS = {
  parse: { key: 'pipeline', args: typescript('pipeline.ts'), isJson: true },
  pipeline: { key: 'pipeline', args: typescript('pipeline.ts'), isJson: true },
  scan: { key: 'scan', args: [join(ROOT, 'scripts/bench-scan.mjs')], isJson: false },
  state: { key: 'state', args: typescript('state.ts'), isJson: true },
  stream: { key: 'stream', args: typescript('stream.ts'), isJson: true },
  search: { key: 'search', args: [join(ROOT, 'scripts/bench-search.mjs')], isJson: false },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in SECTIONS));
if (unknown.length > 0) {
  process.stderr.write(
    `no section ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}\n`,
  );
  process.exit(2);
}
setUp();
const names = wanted.length > 0 ? wanted : Object.keys(SECTIONS);
const sections = new Map(names.map((name) => [SECTIONS[name].key, SECTIONS[name]]));
const results = {};
let isFine = true;
for (const [key, { args, isJson }] of sections) {
  process.stdout.write(`== ${key}\n`);
  const { stdout, status } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1' },
    maxBuffer: 64 * 1024 * 1024,
  });
  process.stdout.write(stdout);
  isFine &&= status === 0;
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  results[key] = isJson && status === 0 ? JSON.parse(last) : last;
}
writeFileSync(join(ROOT, 'bench.json'), `${JSON.stringify(results, null, 2)}\n`);
process.stdout.write('written to bench.json\n');
process.exit(isFine ? 0 : 1);
