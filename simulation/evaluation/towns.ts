// Bed B: one generated town through the command line, as an administrator would run it.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type EvaluationReport, evaluate } from '../evaluate.ts';
import type { Misuse } from '../model.ts';
import { simulate } from '../simulate.ts';
import { ABLATIONS } from './ablations.ts';
import { BASELINES, type Baseline, baselineAlerts } from './baselines.ts';
import { measureFairness } from './fairness.ts';
import { readNdjson } from './ndjson.ts';

export type TownSize = { officials: number; citizens: number; days: number };
export type TownRun = TownSize & {
  seed: number;
  misuse: Misuse;
  events: number;
  explainedShare: number | null;
  coveredShare: number;
  seconds: number;
  report: EvaluationReport;
  baselines: Record<Baseline, EvaluationReport> | null;
  ablations: Record<string, EvaluationReport>;
};

/** Long enough a list to be cut at every budget, even when finds use little of it. */
const SCAN_BUDGET = 6;
/** Fairness counts what an office would have seen. */
const FAIRNESS_BUDGET = 1;

/** Runs `scan` in a process of its own: the embedded store wants one per data directory. */
function scan(command: string, town: string, reference: string, out: string): Promise<string> {
  const args = [command, 'scan', join(town, 'events.ndjson'), '--reference', reference];
  args.push('--budget', String(SCAN_BUDGET), '--out', out);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(log) : reject(new Error(`scan ended with ${code}: ${log.slice(-800)}`)),
    );
  });
}

/** Share explained with team and history over all systems, weighed by nothing: as the summary says. */
function explainedIn(log: string): number | null {
  const shares = [...log.matchAll(/([\d.]+) % with team and history/g)].map((m) => Number(m[1]));
  return shares.length === 0 ? null : shares.reduce((a, b) => a + b, 0) / shares.length / 100;
}

export type TownPlan = TownSize & {
  seed: number;
  misuse: Misuse;
  /** Also scans with reference files left out, and runs the baselines. */
  isCompared: boolean;
};

/** Simulates, scans and evaluates one town below `dir`; removes the town afterwards. */
export async function runTown(plan: TownPlan, command: string, dir: string): Promise<TownRun> {
  const { seed, misuse, officials, citizens, days, isCompared } = plan;
  const town = join(dir, `${misuse}-${seed}`);
  const summary = await simulate({ out: town, officials, citizens, days, seed, misuse });
  const [events, reference] = [join(town, 'events.ndjson'), join(town, 'reference')];
  const truth = await readNdjson(join(town, 'truth.ndjson'));
  const started = performance.now();
  const alertsFile = join(town, 'alerts.ndjson');
  const log = await scan(command, town, reference, alertsFile);
  const seconds = (performance.now() - started) / 1_000;
  const alerts = await readNdjson(alertsFile);
  const worked = Number(/officials, (\d+) days\)/.exec(log)?.[1] ?? days);
  const size = { officials, days: worked };
  const report = evaluate(truth, alerts, size);
  const most = Math.round((officials * worked * FAIRNESS_BUDGET) / 1_000);
  report.fairness = await measureFairness(truth, alerts, events, reference, most);

  const ablations: TownRun['ablations'] = {};
  for (const [name, write] of Object.entries(isCompared ? ABLATIONS : {})) {
    const poorer = join(town, 'poorer');
    write(reference, poorer);
    const out = join(town, 'poorer.ndjson');
    await scan(command, town, poorer, out);
    ablations[name] = evaluate(truth, await readNdjson(out), size);
    rmSync(poorer, { recursive: true });
  }
  let baselines: TownRun['baselines'] = null;
  if (isCompared) {
    const longest = Math.ceil((officials * worked * SCAN_BUDGET) / 1_000);
    const rows = await baselineAlerts(events, reference, longest);
    const entries = BASELINES.map((name) => [name, evaluate(truth, rows[name], size)] as const);
    baselines = Object.fromEntries(entries) as Record<Baseline, EvaluationReport>;
  }
  rmSync(town, { recursive: true });
  const { events: eventCount, coveredShare } = summary;
  return {
    ...{ officials, citizens, days, seed, misuse, seconds, report, baselines, ablations },
    ...{ events: eventCount, coveredShare, explainedShare: explainedIn(log) },
  };
}
