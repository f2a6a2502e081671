import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Logger } from 'pino';
import { AppError } from '../../domain/errors.ts';
import type { Format } from '../../ingest/formats/format.ts';
import { formatFromMapping } from '../../ingest/formats/mapping.ts';
import { formatById } from '../../ingest/formats/registry.ts';
import { createKafkaWriter } from '../../ingest/sources/kafka-writer.ts';
import { context } from '../context.ts';
import { replayLetters, replayToTopic } from '../replay-letters.ts';
import { kafkaOf } from '../server-settings.ts';
import { kafkaLog, openServerWorkspace } from '../server-workspace.ts';
import type { Settings } from '../settings.ts';
import { createSink } from '../sink.ts';
import { openWorkspace, type Workspace } from '../workspace.ts';

const DATA = '.inzagewacht/data';

type Options = {
  /** Left out: the ClickHouse server of the settings, when they name one. */
  data?: string;
  reason: string;
  config?: string;
  limit: string;
  format: string;
  mapping?: string;
};

type Work = (workspace: Workspace, settings: Settings, log: Logger) => Promise<void>;

const isServer = ({ data }: Options, { clickhouse }: Settings): boolean =>
  data === undefined && clickhouse !== undefined;

async function withWorkspace(options: Options, work: Work): Promise<void> {
  const { settings, log } = context(options);
  const workspace = isServer(options, settings)
    ? await openServerWorkspace(settings, log)
    : await openWorkspace(options.data ?? DATA, settings.tenant);
  try {
    await work(workspace, settings, log);
  } finally {
    await workspace.close();
  }
}

/** Where the letters came from and why; never what stands in them. */
async function list({ deadLetters }: Workspace, { reason, limit }: Options): Promise<void> {
  const { items, counts } = await deadLetters.list(reason, Number(limit), 0);
  for (const { source, lineNumber, reason: why, field, sizeBytes } of items)
    process.stdout.write(
      `${source}:${lineNumber}: ${why}${field === null ? '' : ` (${field})`}, ${sizeBytes} bytes\n`,
    );
  for (const { reason: why, source, letters } of counts)
    process.stderr.write(`${letters} ${why} from ${source}\n`);
}

function chooseFormat({ format, mapping }: Options): Format {
  if (mapping !== undefined) return formatFromMapping(readFileSync(mapping, 'utf8'));
  const known = formatById(format);
  if (known === null) throw new AppError('ERR_CLI_USAGE', `There is no format named ${format}.`);
  return known;
}

async function replay(workspace: Workspace, options: Options, settings: Settings): Promise<void> {
  const sink = createSink(workspace, settings.evidence);
  const asked = { reason: options.reason, format: chooseFormat(options) };
  const { again, mended, stored, duplicates } = await replayLetters(workspace, sink, asked);
  process.stdout.write(
    `read ${again} again = mended ${mended} + still dead ${again - mended}; ${stored} events stored, ${duplicates} known already\n`,
  );
}

async function replayOnTopic(
  workspace: Workspace,
  options: Options,
  settings: Settings,
  log: Logger,
): Promise<void> {
  const kafka = kafkaOf(settings.kafka);
  const writer = await createKafkaWriter(kafka, kafkaLog(log));
  const asked = { reason: options.reason, format: chooseFormat(options) };
  const hasOwnSettings = options.mapping !== undefined;
  const { again, mended } = await replayToTopic(
    ...([workspace, writer, kafka.topics.raw, { ...asked, hasOwnSettings }] as const),
  );
  await writer.close();
  process.stdout.write(
    `read ${again} again = sent to ${kafka.topics.raw} ${mended} + still dead ${again - mended}\n`,
  );
}

/** `dead-letters list|replay`: what could not be read, and reading it again after a mend. */
export function deadLettersCommand(root: Command): void {
  const group = root
    .command('dead-letters')
    .description('lists lines that could not be used, or reads them again after a mend')
    .exitOverride();
  const command = (name: string, text: string): Command =>
    group
      .command(name)
      .description(text)
      .option('--config <FILE>', 'settings file (YAML)')
      .option('--data <DIR>', `data directory; left out: the server of the settings, else ${DATA}`)
      .option('--reason <R>', 'only letters with this reason', '')
      .exitOverride();
  command('list', 'source, line and reason of each; never its content')
    .option('--limit <N>', 'most to show', '100')
    .action((options: Options) => withWorkspace(options, (workspace) => list(workspace, options)));
  command('replay', 'reads the kept lines again and stores what has become readable')
    .option('--format <F>', 'format of the lines', 'canonical')
    .option('--mapping <FILE>', 'mapping file (YAML)')
    .action((options: Options) =>
      withWorkspace(options, (workspace, settings, log) =>
        isServer(options, settings)
          ? replayOnTopic(workspace, options, settings, log)
          : replay(workspace, options, settings),
      ),
    );
}
