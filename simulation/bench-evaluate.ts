// `npm run evaluate`: both beds over the reporting seeds, written to docs/evaluation.md. Seeds 1 to 50
// are for development; what is reported here must never have been looked at while tuning.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runBedA } from './evaluation/bed-a.ts';
import { writeDocument } from './evaluation/document.ts';
import { runTown, type TownPlan, type TownRun } from './evaluation/towns.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seeds: { type: 'string' },
    'large-seeds': { type: 'string' },
    'first-seed': { type: 'string', default: '1001' },
    out: { type: 'string', default: 'docs' },
    json: { type: 'string' },
    render: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(
    'npm run evaluate -- [--quick] [--seeds N] [--large-seeds N] [--first-seed N] [--out DIR] [--json FILE] [--render FILE]',
  );
  process.exit(0);
}

const small = Number(values.seeds ?? (values.quick ? 2 : 6));
const large = Number(values['large-seeds'] ?? (values.quick ? 0 : 2));
const first = Number(values['first-seed']);
const SMALL = { officials: 200, citizens: 25_000, days: 60 };
/** Towns that are scanned again with poorer reference data: five more scans each. */
const COMPARED = values.quick ? 1 : 2;
const LARGE = { officials: 800, citizens: 100_000, days: 60 };

/** Power on every town, quiet runs beside them; the default mix where the town is large enough. */
function plans(): TownPlan[] {
  const list: TownPlan[] = [];
  for (let i = 0; i < small; i++) {
    const seed = first + i;
    list.push({ ...SMALL, seed, misuse: 'even', isCompared: i < COMPARED });
    list.push({ ...SMALL, seed, misuse: 'none', isCompared: false });
  }
  for (let i = 0; i < large; i++) {
    const seed = first + small + i;
    for (const misuse of ['even', 'none', 'standard'] as const)
      list.push({ ...LARGE, seed, misuse, isCompared: false });
  }
  return list;
}

const say = (step: string): void => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${step}\n`);
};
if (values.render !== undefined) {
  // The document again from the figures of an earlier run.
  const { bedA, runs } = JSON.parse(readFileSync(values.render, 'utf8'));
  mkdirSync(join(values.out, 'images'), { recursive: true });
  writeDocument(values.out, runs, bedA);
  process.exit(0);
}
const work = mkdtempSync(join(tmpdir(), 'inzagewacht-evaluate-'));
try {
  const bedA = runBedA(values.quick ? 3 : 10, say);
  if (bedA === null) say('skipped: no third-party data (real traces)');
  const runs: TownRun[] = [];
  const planned = plans();
  for (const [at, plan] of planned.entries()) {
    say(
      `town ${at + 1} of ${planned.length}: seed ${plan.seed}, ${plan.officials} officials, misuse ${plan.misuse}`,
    );
    runs.push(await runTown(plan, join('dist', 'cli', 'main.js'), work));
    // Kept after every town: a run that is broken off can still be written with --render.
    if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ bedA, runs }));
  }
  mkdirSync(join(values.out, 'images'), { recursive: true });
  writeDocument(values.out, runs, bedA);
  say(`written: ${join(values.out, 'evaluation.md')}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
