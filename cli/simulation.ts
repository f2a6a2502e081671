import { evaluate, formatReport, readNdjson } from '../simulation/evaluate.ts';
import { measureFairness } from '../simulation/evaluation/fairness.ts';
import { simulate } from '../simulation/simulate.ts';
import { createProgress } from './progress.ts';

type SimulateOptions = {
  out: string;
  officials: number;
  citizens: number;
  days: number;
  seed: number;
  misuse: 'none' | 'standard' | 'even';
  incidents?: number;
};

/** `simulate`: writes a municipality and says what is in it. */
export async function runSimulate(options: SimulateOptions): Promise<void> {
  const progress = createProgress('simulating');
  const summary = await simulate({
    ...options,
    onProgress: ({ day, days }) => progress.update(day, days, `day ${day} of ${days}`),
  });
  progress.stop();
  process.stdout.write(`${JSON.stringify(summary)}\n`);
}

/** `evaluate`: alerts against truth, as a table or JSON. */
export async function runEvaluate(options: {
  truth: string;
  alerts: string;
  officials?: number;
  days?: number;
  events?: string;
  reference?: string;
  json: boolean;
}): Promise<void> {
  const { events, reference } = options;
  const [truth, alerts] = [await readNdjson(options.truth), await readNdjson(options.alerts)];
  const report = evaluate(truth, alerts, {
    ...(options.officials === undefined ? {} : { officials: options.officials }),
    ...(options.days === undefined ? {} : { days: options.days }),
  });
  if (events !== undefined && reference !== undefined)
    report.fairness = await measureFairness(truth, alerts, events, reference);
  process.stdout.write(
    options.json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report),
  );
}
