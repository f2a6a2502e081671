import { evaluate, formatReport, readNdjson } from '../simulation/evaluate.ts';
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
  json: boolean;
}): Promise<void> {
  const report = evaluate(await readNdjson(options.truth), await readNdjson(options.alerts), {
    ...(options.officials === undefined ? {} : { officials: options.officials }),
    ...(options.days === undefined ? {} : { days: options.days }),
  });
  process.stdout.write(
    options.json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report),
  );
}
