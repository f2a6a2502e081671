import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { AppError } from '../../domain/errors.ts';
import { openStatement } from '../../evidence/statement.ts';
import { type CoverageReport, coverageFaults } from '../../review/oversight/coverage.ts';
import { context } from '../context.ts';
import { signedCoverage } from '../coverage.ts';
import { instant } from '../instants.ts';
import { loadReference } from '../reference.ts';
import { openWorkspace } from '../workspace.ts';
import { EVER } from './look-back.ts';

type CoverageOptions = {
  data: string;
  config?: string;
  reference?: string;
  from?: number;
  to?: number;
  out?: string;
};

/** Writes a result to a file, or to standard output. */
const put = (text: string, out: string | undefined): void => {
  if (out === undefined) process.stdout.write(text);
  else writeFileSync(out, text);
};

async function coverage(options: CoverageOptions): Promise<void> {
  const { settings, log } = context(options);
  const workspace = await openWorkspace(options.data, settings.tenant);
  try {
    const reference = await loadReference(options.reference, workspace, log);
    const window = { from: options.from ?? EVER.from, to: options.to ?? EVER.to };
    const { report, envelope } = await signedCoverage(workspace, reference, window);
    put(`${JSON.stringify(envelope)}\n`, options.out);
    process.stderr.write(inLines(report));
  } finally {
    await workspace.close();
  }
}

function inLines({ rows }: CoverageReport): string {
  return rows
    .map(({ month, system, events, judged, notJudged, silent }) => {
      const why = Object.entries(notJudged).map(([reason, n]) => `${reason} ${n}`);
      const not = why.length === 0 ? '' : `; not judged: ${why.join(', ')}`;
      const gaps = silent.length === 0 ? '' : `; silent ${silent.length} times`;
      return `${month} ${system}: ${events} events, ${judged} judged${not}${gaps}\n`;
    })
    .join('');
}

function verify(file: string, options: { fingerprint?: string }): void {
  const known = options.fingerprint ?? process.env['INZAGEWACHT_EVIDENCE_FINGERPRINT'] ?? null;
  const { type, document, fingerprint, isKnownKey } = openStatement(
    readFileSync(file, 'utf8'),
    known,
  );
  const faults = type.includes('coverage') ? coverageFaults(document as CoverageReport) : [];
  process.stdout.write(
    `the signature fits (${type}), made by key ${fingerprint}\n` +
      (isKnownKey === true
        ? 'the key is the one that was named\n'
        : 'compare the key with the one that was published: by itself it proves nothing\n') +
      faults.map((f) => `does not add up: ${f}\n`).join(''),
  );
  if (type.includes('coverage')) process.stdout.write(inLines(document as CoverageReport));
  if (faults.length > 0)
    throw new AppError('ERR_EVIDENCE_REFUSED', 'This report does not add up.', {
      faults: faults.length,
    });
}

/** `oversight coverage|verify`: what the data protection officer can show and others can check. */
export function oversightCommand(root: Command): void {
  const oversight = root
    .command('oversight')
    .description('proof and reports for those who watch the watchers');
  oversight.exitOverride();
  const withData = (name: string, text: string): Command =>
    oversight
      .command(name)
      .description(text)
      .exitOverride()
      .option('--data <DIR>', 'data directory', '.inzagewacht/data')
      .option('--config <FILE>', 'settings file (YAML)');
  withData('coverage', 'which events were judged by which detector, which not and why; signed')
    .option('--reference <DIR>', 'folder with reference files')
    .option('--from <DAY>', 'first day or instant', instant(false))
    .option('--to <DAY>', 'last day (included) or instant', instant(true))
    .option('--out <FILE>', 'write the signed report here instead of to standard output')
    .action(coverage);
  oversight
    .command('verify')
    .description('checks a signed report without any database')
    .argument('<file>')
    .option('--fingerprint <HEX>', 'of the key as published by the organisation')
    .exitOverride()
    .action(verify);
}
