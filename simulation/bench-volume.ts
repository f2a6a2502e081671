// Bed A of docs/evaluation.md for unusual-volume alone: fast enough for every change of the detector.
import {
  actualShare,
  readDays,
  recallAt,
  type Scored,
  scoreDays,
} from './evaluation/traced-volume.ts';
import { hasTraces, PERMIT_SETS } from './evaluation/traces.ts';

const SEEDS = Array.from({ length: 10 }, (_, i) => i + 1);
const ADDED = Number(process.env['INZAGEWACHT_BENCH_ADDED'] ?? 20);
const TARGETS = [
  { budget: 0.001, recall: 0.9 },
  { budget: 0.01, recall: 0.98 },
];

function report(name: string, scored: Scored[]): void {
  const injected = scored.filter((s) => s.isInjected).length;
  const cells = (['raw', 'calibrated'] as const).map((rank) => {
    const values = TARGETS.map(({ budget }) => recallAt(scored, rank, budget).toFixed(3));
    return `${rank} ${values.join(' / ')}`;
  });
  console.log(
    `${name.padEnd(9)} days ${scored.length}, injected ${injected}: ${cells.join(' · ')}`,
  );
}

if (!PERMIT_SETS.every(hasTraces)) {
  console.log('skipped: no third-party data');
} else {
  const perSet = PERMIT_SETS.map((set) => ({ set, days: readDays(set) }));
  const runs = perSet.map(({ set, days }) => ({
    set,
    scored: SEEDS.flatMap((seed) => scoreDays(days, seed, ADDED)),
  }));
  console.log(
    `+${ADDED} subjects on 1 % of official-days; recall at 0.1 % / 1 % of the other days`,
  );
  for (const { set, scored } of runs) report(set, scored);
  const pooled = runs.flatMap(({ scored }) => scored);
  report('pooled', pooled);
  const quiet = perSet.flatMap(({ days }) => scoreDays(days, 1, 0));
  for (const nominal of [0.01, 0.001]) {
    const [raw, calibrated] = (['raw', 'calibrated'] as const).map((rank) =>
      actualShare(quiet, rank, nominal).share.toFixed(4),
    );
    console.log(`later halves, nominal ${nominal}: raw ${raw}, calibrated ${calibrated}`);
  }
  for (const { budget, recall: target } of TARGETS) {
    const reached = recallAt(pooled, 'raw', budget);
    if (ADDED === 20 && reached < target) {
      console.log(`missed at ${budget}: ${reached.toFixed(3)} < ${target}`);
      process.exitCode = 1;
    }
  }
}
