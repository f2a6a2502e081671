import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Logger } from 'pino';
import { AppError } from '../../domain/errors.ts';
import type { Emit, Format, RawLine } from '../../ingest/formats/format.ts';
import { formatFromMapping } from '../../ingest/formats/mapping.ts';
import { formatById } from '../../ingest/formats/registry.ts';
import { createKafkaWriter } from '../../ingest/sources/kafka-writer.ts';
import { createIngestion } from '../../pipeline/ingestion.ts';
import type { DeadLetterRow } from '../../storage/dead-letters.ts';
import { unseal } from '../../storage/vault.ts';
import { context } from '../context.ts';
import { kafkaOf } from '../server-settings.ts';
import { kafkaLog, openServerWorkspace } from '../server-workspace.ts';
import type { Settings } from '../settings.ts';
import { createSink } from '../sink.ts';
import { openWorkspace, type Workspace } from '../workspace.ts';

const PAGE = 1_000;
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

/**
 * Reads the kept lines again, after a mend of the format, the mapping or the program. A letter goes only
 * once its events are stored, so that a crash in between brings duplicates, which are dropped.
 * CONSERVATION: lines read again = mended + still dead.
 */
async function replay(workspace: Workspace, options: Options, settings: Settings): Promise<void> {
  const format = chooseFormat(options);
  const { deadLetters, sealKey } = workspace;
  const ingestion = createIngestion(
    // A line that is still dead keeps the letter it has.
    { ...createSink(workspace, settings.evidence), deadLetters: () => Promise.resolve() },
    workspace.tokens,
    { batch: PAGE, storeIsEmpty: false },
  );
  const { counts } = ingestion;
  let again = 0;
  let mended = 0;
  let after = '';
  for (;;) {
    const page = await deadLetters.sealed(options.reason, after, PAGE);
    const ready: string[] = [];
    for (const letter of page) if (await becomesEvents(letter)) ready.push(letter.deadLetterId);
    await ingestion.flush();
    await deadLetters.remove(ready);
    again += page.length;
    mended += ready.length;
    after = page.at(-1)?.deadLetterId ?? after;
    if (page.length < PAGE) break;
  }
  process.stdout.write(
    `read ${again} again = mended ${mended} + still dead ${again - mended}; ${counts.stored} events stored, ${counts.duplicates} known already\n`,
  );

  async function becomesEvents(letter: DeadLetterRow): Promise<boolean> {
    const before = { read: counts.read, dead: counts.deadLetters };
    const bytes = unseal(sealKey, letter.sealed, letter.deadLetterId);
    const line = { bytes, lineNumber: letter.lineNumber, offset: 0 };
    const reader = format.reader();
    // Of a line that was too long only its beginning was kept.
    const whole = letter.reason === 'line-too-long' ? { ...line, isTooLong: true } : line;
    await ingestion.lines(letter.source, [whole], reader);
    ingestion.end(letter.source, reader);
    return counts.read > before.read && counts.deadLetters === before.dead;
  }
}

/** Whether a line gives events now; nothing is kept of them. */
function isReadable(format: Format, line: RawLine): boolean {
  let events = 0;
  let dead = 0;
  const emit: Emit = {
    event: () => events++,
    dead: () => dead++,
    consumed: () => undefined,
  };
  const reader = format.reader();
  reader.line(line, emit);
  reader.end(emit);
  return events > 0 && dead === 0;
}

/**
 * The same beside separate processes: lines that have become readable go back to the raw topic, from where
 * they take the way of all others. A letter goes only once the brokers have its line.
 */
async function replayToTopic(
  { deadLetters, sealKey }: Workspace,
  options: Options,
  settings: Settings,
  log: Logger,
): Promise<void> {
  const format = chooseFormat(options);
  const kafka = kafkaOf(settings.kafka);
  const writer = await createKafkaWriter(kafka, kafkaLog(log));
  let again = 0;
  let sent = 0;
  let after = '';
  for (;;) {
    const page = await deadLetters.sealed(options.reason, after, PAGE);
    // Letters without bytes lie in their own topic still; only their place is known here.
    const lines = page
      .filter((letter) => letter.sealed !== '' && letter.reason !== 'line-too-long')
      .map((letter) => ({
        id: letter.deadLetterId,
        bytes: unseal(sealKey, letter.sealed, letter.deadLetterId),
      }))
      .filter(({ bytes }) => isReadable(format, { bytes, lineNumber: 1, offset: 0 }));
    await writer.write(
      lines.map(({ bytes }) => ({
        ...{ topic: kafka.topics.raw, key: null, value: bytes },
        headers: options.mapping === undefined ? { format: format.id } : {},
      })),
    );
    await deadLetters.remove(lines.map(({ id }) => id));
    again += page.length;
    sent += lines.length;
    after = page.at(-1)?.deadLetterId ?? after;
    if (page.length < PAGE) break;
  }
  await writer.close();
  process.stdout.write(
    `read ${again} again = sent to ${kafka.topics.raw} ${sent} + still dead ${again - sent}\n`,
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
          ? replayToTopic(workspace, options, settings, log)
          : replay(workspace, options, settings),
      ),
    );
}
