#!/usr/bin/env node
import { writeFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'yaml';
import { z } from 'zod';
import { AppError, type ErrorKind } from '../domain/errors.ts';
import { VERSION } from '../domain/product.ts';
import { apiCommand } from './commands/api.ts';
import { backtestCommand } from './commands/backtest.ts';
import { deadLettersCommand } from './commands/dead-letters.ts';
import { detectCommand } from './commands/detect.ts';
import { doctorCommands } from './commands/doctor.ts';
import { evidenceCommand } from './commands/evidence.ts';
import { ingestCommand } from './commands/ingest.ts';
import { lookBackCommands } from './commands/look-back.ts';
import { oversightCommand } from './commands/oversight.ts';
import { referenceSourceCommands } from './commands/reference-sources.ts';
import { retentionCommand } from './commands/retention.ts';
import { sourcesCommand } from './commands/sources.ts';
import { topicsCommand } from './commands/topics.ts';
import { context } from './context.ts';
import { describeDetectors } from './detectors.ts';
import { checkReference, convertReference, importReference } from './reference.ts';
import { scan } from './scan.ts';
import { serve } from './serve.ts';
import { migrateServer } from './server-workspace.ts';
import { loadSettings, Settings } from './settings.ts';
import { runEvaluate, runSimulate } from './simulation.ts';
import { openWorkspace } from './workspace.ts';

/** Everything else ends with 1. */
const EXIT: Partial<Record<ErrorKind, number>> = { usage: 2, config: 78 };

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a number above zero');
  return value;
};
const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError('must be a whole number');
  return value;
};

function program(): Command {
  const root = new Command('inzagewacht')
    .description('Finds insider misuse in the audit logs of municipalities')
    .version(VERSION)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true });
  const command = (name: string, text: string): Command =>
    root
      .command(name)
      .description(text)
      .option('--config <FILE>', 'settings file (YAML)')
      .exitOverride();

  command('scan', 'reads audit logs once and writes explained alerts, best first')
    .argument('<paths...>', 'files, folders, .gz, or - for standard input')
    .option('--format <F>', 'name of the format; recognised when left out')
    .option('--mapping <FILE>', 'settings of a source (YAML): a mapping, or what was agreed')
    .option('--reference <DIR>', 'folder with reference files')
    .option('--data <DIR>', 'keep everything here; a temporary store when left out')
    .addOption(
      new Option('--identities <WHO>', 'show tokens or clear ids')
        .choices(['token', 'clear'])
        .default('token'),
    )
    .option('--budget <N>', 'alerts per 1,000 officials per day with work', positive)
    .option('--out <FILE>', 'write the alerts here instead of to standard output')
    .action(async (paths: string[], options) => {
      const { settings, log } = context(options);
      await scan({ ...options, paths }, settings, log);
    });

  command('serve', 'runs everything in one process: ingest, detection, store and page')
    .option('--host <H>', 'address to listen on', '127.0.0.1')
    .option('--port <N>', 'port to listen on', whole, 8080)
    .option('--data <DIR>', 'data directory', '.inzagewacht/data')
    .option('--events <PATH>', 'file or folder to read and follow')
    .option('--sources <FILE>', 'ways in to run here as well: syslog, OTLP, databases (YAML)')
    .option('--reference <DIR>', 'folder with reference files')
    .option('--mapping <FILE>', 'settings of a source (YAML): a mapping, or what was agreed')
    .option('--demo', 'stream a simulated municipality', false)
    .action(async (options) => {
      const { settings, log } = context(options);
      await serve(options, settings, log);
    });

  command('simulate', 'writes a synthetic municipality: events, reference files, truth')
    .requiredOption('--out <DIR>', 'folder to write to')
    .option('--officials <N>', 'number of officials', whole, 200)
    .option('--citizens <N>', 'number of citizens', whole, 25_000)
    .option('--days <N>', 'number of days', whole, 30)
    .option('--seed <N>', 'same seed, same files', whole, 1)
    .addOption(
      new Option('--misuse <KIND>', 'what to hide in it')
        .choices(['none', 'standard', 'even'])
        .default('standard'),
    )
    .option('--incidents <N>', 'that many of every typology and level instead of a mix', whole)
    .action(runSimulate);

  command('evaluate', 'compares alerts with the truth of a simulation')
    .requiredOption('--truth <FILE>', 'truth.ndjson')
    .requiredOption('--alerts <FILE>', 'alerts as scan writes them')
    .option('--officials <N>', 'number of officials, for rates', whole)
    .option('--days <N>', 'number of days with work, for rates', whole)
    .option('--events <FILE>', 'the events scanned: with --reference, fairness is measured too')
    .option('--reference <DIR>', 'the reference folder of the events')
    .option('--json', 'for machines', false)
    .action(runEvaluate);

  const reference = root
    .command('reference')
    .description('reference files: check, import, convert');
  reference.exitOverride();
  referenceSourceCommands(reference);
  reference
    .command('check')
    .description('reports every bad row; changes nothing')
    .argument('<dir>')
    .exitOverride()
    .action(async (dir: string) => checkReference(dir));
  reference
    .command('import')
    .description('loads reference files into a data directory')
    .argument('<dir>')
    .option('--data <DIR>', 'data directory; the ClickHouse server of the settings when left out')
    .option('--config <FILE>', 'settings file (YAML)')
    .exitOverride()
    .action(async (dir: string, options) => {
      const { settings, log } = context(options);
      await importReference(dir, options.data, settings, log);
    });
  reference
    .command('convert')
    .description('converts the BRP test set (rubrics as CSV) to reference files')
    .argument('<file>')
    .requiredOption('--out <DIR>', 'folder to write to')
    .exitOverride()
    .action(async (file: string, options: { out: string }) => convertReference(file, options.out));

  command('migrate', 'brings the tables of a data directory up to date')
    .option('--data <DIR>', 'data directory; the ClickHouse server of the settings when left out')
    .action(async (options) => {
      const { settings } = context(options);
      if (options.data === undefined) await migrateServer(settings);
      else await (await openWorkspace(options.data, settings.tenant)).close();
      process.stdout.write('the tables are up to date\n');
    });

  const detectors = root.command('detectors').description('the catalogue of detectors');
  detectors.exitOverride();
  detectors
    .command('list')
    .description('what each detector looks for, its settings and limits')
    .addOption(
      new Option('--format <F>', 'md for people, json for machines').choices([
        'text',
        'md',
        'json',
      ]),
    )
    .option('--markdown', 'the same as --format md', false)
    .option('--out <FILE>', 'write to a file')
    .exitOverride()
    .action((options: { markdown: boolean; format?: 'text' | 'md' | 'json'; out?: string }) => {
      const text = describeDetectors(options.format ?? (options.markdown ? 'md' : 'text'));
      if (options.out === undefined) process.stdout.write(text);
      else writeFileSync(options.out, text);
    });

  command('config', 'shows the settings in force, or their schema')
    .option('--schema', 'JSON schema of the settings file', false)
    .action((options) => {
      const shown = options.schema
        ? `${JSON.stringify(z.toJSONSchema(Settings, { io: 'input' }), null, 2)}\n`
        : stringify(loadSettings(options.config));
      process.stdout.write(shown);
    });
  lookBackCommands(root);
  backtestCommand(root);
  sourcesCommand(root);
  deadLettersCommand(root);
  doctorCommands(root);
  ingestCommand(root);
  detectCommand(root);
  topicsCommand(root);
  evidenceCommand(root);
  apiCommand(root);
  retentionCommand(root);
  oversightCommand(root);
  return root;
}

const LINGER_MS = 2_000;

async function main(): Promise<number> {
  try {
    await program().parseAsync();
    return 0;
  } catch (error) {
    // Commander has printed its own message: help and version end well, the rest is wrong use.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof AppError) {
      process.stderr.write(`inzagewacht: ${error.message}\n`);
      return EXIT[error.kind] ?? 1;
    }
    process.stderr.write(
      `inzagewacht: unexpected failure\n${error instanceof Error ? error.stack : String(error)}\n`,
    );
    return 1;
  }
}

process.exitCode = await main();
// A connection that a client library made anew while closing must not keep alive a process that is done:
// its supervisor would wait for ever before it starts another.
setTimeout(() => process.exit(), LINGER_MS).unref();
