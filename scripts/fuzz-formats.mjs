// A million changed, cut and random inputs over every format; `npm run fuzz:formats [runs per property]`.
import { spawnSync } from 'node:child_process';

const runs = process.argv[2] ?? '12500';
const { status } = spawnSync(
  'npx',
  [
    'vitest',
    'run',
    '--project',
    'unit',
    '--testTimeout=7200000',
    'test/unit/ingest/formats/hostile.test.ts',
    '-t',
    'never throws|accounted for|no reason to throw',
  ],
  { stdio: 'inherit', env: { ...process.env, INZAGEWACHT_FUZZ_RUNS: runs } },
);
process.exit(status ?? 1);
