import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Language } from '../../domain/document.ts';
import { REPORT_KINDS } from '../../domain/document.ts';
import { AppError } from '../../domain/errors.ts';
import { reportPdf } from '../../evidence/pdf.ts';
import { openStatement } from '../../evidence/statement.ts';
import { createAlertDirectory } from '../../review/alert-directory.ts';
import { openJournal } from '../../review/journal.ts';
import { type CoverageReport, coverageFaults } from '../../review/oversight/coverage.ts';
import { toMarkdown } from '../../review/reports/markdown.ts';
import { createAlertStore } from '../../storage/alerts.ts';
import { createConfidentialStore } from '../../storage/confidential.ts';
import { createJournalStore } from '../../storage/review-journal.ts';
import { context } from '../context.ts';
import { signedCoverage } from '../coverage.ts';
import { signedExchange } from '../exchange.ts';
import { instant } from '../instants.ts';
import { loadReference } from '../reference.ts';
import { makeReport, type ReportContext } from '../reports.ts';
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

type ReportOptions = CoverageOptions & { period?: string; language: Language; out: string };
async function report(kind: string, options: ReportOptions): Promise<void> {
  const known = REPORT_KINDS.find((k) => k === kind);
  if (known === undefined || !/\.(pdf|md)$/.test(options.out))
    throw new AppError('ERR_CLI_USAGE', `Name ${REPORT_KINDS.join(', ')}, and a .pdf or .md file.`);
  await withDesk(options, async (context) => {
    const made = await makeReport(context, {
      ...{ kind: known, period: options.period ?? null, language: options.language },
    });
    writeFileSync(
      options.out,
      options.out.endsWith('.pdf') ? await reportPdf(made) : toMarkdown(made),
    );
  });
}

async function exchange(options: CoverageOptions): Promise<void> {
  const window = { from: options.from ?? EVER.from, to: options.to ?? EVER.to };
  await withDesk(options, async (context) => {
    const { envelope } = await signedExchange(context, window);
    put(`${JSON.stringify(envelope)}\n`, options.out);
  });
}

/** Store, histories, queue and settings of a data directory, for as long as the work takes. */
async function withDesk(
  options: CoverageOptions,
  work: (context: ReportContext) => Promise<void>,
): Promise<void> {
  const { settings, log } = context(options);
  const { tenant } = settings;
  const workspace = await openWorkspace(options.data, tenant);
  try {
    const reference = await loadReference(options.reference, workspace, log);
    const journal = await openJournal(createJournalStore(workspace.reviewStore, tenant), {
      tenant,
    });
    const directory = createAlertDirectory(
      createAlertStore(workspace.reviewStore),
      createConfidentialStore(workspace.reviewStore),
    );
    await work({ workspace, journal, directory, settings, reference: () => reference });
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
  withData('exchange', 'own statistics by typology as others may have them: no persons; signed')
    .option('--from <DAY>', 'first day or instant', instant(false))
    .option('--to <DAY>', 'last day (included) or instant', instant(true))
    .option('--out <FILE>', 'write it here instead of to standard output')
    .action(exchange);
  withData('report', 'monthly, yearly or works council report, as Markdown or PDF')
    .argument('<kind>', REPORT_KINDS.join(', '))
    .option('--reference <DIR>', 'folder with reference files')
    .option('--period <P>', 'a month (2026-03) or a year; the last whole one when left out')
    .addOption(new Option('--language <L>', 'nl or en').choices(['nl', 'en']).default('nl'))
    .requiredOption('--out <FILE>', 'where to write it; .pdf or .md')
    .action(report);
  oversight
    .command('verify')
    .description('checks a signed report without any database')
    .argument('<file>')
    .option('--fingerprint <HEX>', 'of the key as published by the organisation')
    .exitOverride()
    .action(verify);
}
