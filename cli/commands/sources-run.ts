import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Logger } from 'pino';
import { AppError } from '../../domain/errors.ts';
import { pullClickHouse } from '../../ingest/sources/clickhouse.ts';
import {
  type Deliver,
  deliverToFolder,
  folderPositions,
  inMessages,
  type Positions,
  type PullSource,
  runPull,
} from '../../ingest/sources/deliver.ts';
import { createKafkaWriter, type KafkaWriter } from '../../ingest/sources/kafka-writer.ts';
import { otlpHandler } from '../../ingest/sources/otlp.ts';
import { pullPostgres } from '../../ingest/sources/postgres.ts';
import { pullS3 } from '../../ingest/sources/s3.ts';
import { receiveSyslog } from '../../ingest/sources/syslog.ts';
import { context } from '../context.ts';
import { kafkaOf } from '../server-settings.ts';
import { kafkaLog, untilStopped } from '../server-workspace.ts';
import { readSourceSettings, type SourceSetting, secretOf } from '../source-settings.ts';

type Running = { close(): Promise<void> };
/** The kind of a failure, never its text: a driver may quote a row. */
const codeOf = (error: unknown): string =>
  error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : 'unknown';

function pullOf(setting: SourceSetting): PullSource | null {
  const secret = 'secretFile' in setting ? secretOf(setting.secretFile) : undefined;
  const format =
    'format' in setting && setting.format !== undefined ? { format: setting.format } : {};
  switch (setting.kind) {
    case 'postgres': {
      const { name, url, query, cursor, cursorType, overlap } = setting;
      const address = new URL(url);
      if (secret !== undefined) address.password = encodeURIComponent(secret);
      return pullPostgres({
        name,
        url: address.href,
        query,
        cursor,
        cursorType,
        overlap,
        ...format,
      });
    }
    case 'clickhouse': {
      const { name, url, query, cursor, cursorType, user } = setting;
      return pullClickHouse({
        ...{ name, url, query, cursor, cursorType, ...format },
        ...(user === undefined ? {} : { user }),
        ...(secret === undefined ? {} : { password: secret }),
      });
    }
    case 's3': {
      const { name, endpoint, bucket, prefix, region, accessKey } = setting;
      return pullS3({
        ...{ name, endpoint, bucket, region, accessKey, secretKey: secret ?? '', ...format },
        ...(prefix === undefined ? {} : { prefix }),
      });
    }
    default:
      return null;
  }
}

async function listen(
  setting: SourceSetting,
  deliver: Deliver,
  onError: (e: unknown) => void,
): Promise<Running & { port: number }> {
  if (setting.kind === 'syslog') {
    const { host, port, tls } = setting;
    const read = (file: string): Buffer => readFileSync(file);
    const options = tls && {
      ...{ cert: read(tls.cert), key: read(tls.key) },
      ...(tls.ca === undefined
        ? {}
        : { ca: read(tls.ca), requestCert: true, rejectUnauthorized: true }),
    };
    return receiveSyslog(
      { host, port, onError, ...(options === undefined ? {} : { tls: options }) },
      deliver,
    );
  }
  if (setting.kind !== 'otlp') throw new TypeError('not a source that listens');
  const handler = otlpHandler(deliver, { token: secretOf(setting.secretFile) });
  const server = createServer((request, response) => {
    handler(request, response).catch(onError);
  });
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(setting.port, setting.host, done);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : setting.port,
    close: () => new Promise((done) => server.close(() => done())),
  };
}

/** Where the lines of a source go, by its name, and where what was read of it is kept. */
export type Destination = {
  to(source: string): Deliver & { close?(): Promise<void> };
  positions: Positions;
};

/** One file per source in a folder, which `serve --events` follows. */
export const intoFolder = (out: string): Destination => ({
  to: (source) => deliverToFolder(out, source),
  positions: folderPositions(join(out, '.positions')),
});

/** The raw topic; any process of `ingest` takes it from there. Positions stay in a folder of this machine. */
export const intoTopic = (writer: KafkaWriter, topic: string, dir: string): Destination => ({
  to: (source) =>
    inMessages((messages, headers) =>
      writer.write(
        messages.map((value) => ({ topic, key: null, value, headers: { ...headers, source } })),
      ),
    ),
  positions: folderPositions(dir),
});

/** Starts every way in of a settings file; gives how to stop them, after what is under way. */
export async function startSources(
  file: string,
  { to, positions }: Destination,
  log: Logger,
): Promise<Running> {
  const { sources } = readSourceSettings(file);
  const stop = new AbortController();
  const running: Running[] = [];
  const taking: ReturnType<Destination['to']>[] = [];
  const close = async (): Promise<void> => {
    stop.abort();
    for (const one of running) await one.close();
    for (const one of taking) await one.close?.();
  };
  try {
    for (const setting of sources) {
      const { name, kind } = setting;
      const onError = (error: unknown): void =>
        log.error({ source: name, code: codeOf(error) }, 'source_failed');
      const deliver = to(name);
      taking.push(deliver);
      const pull = pullOf(setting);
      if (pull === null) {
        const server = await listen(setting, deliver, onError).catch((cause: unknown) => {
          const text = `The source ${name} cannot listen (${codeOf(cause)}).`;
          throw new AppError('ERR_CONFIG_REFUSED', text, { source: name }, cause);
        });
        running.push(server);
        log.info({ source: name, kind, port: server.port }, 'source_started');
        continue;
      }
      const everyMs = 'everySeconds' in setting ? setting.everySeconds * 1000 : 10_000;
      const done = runPull(pull, deliver, positions, { everyMs, signal: stop.signal, onError });
      running.push({ close: () => done });
      log.info({ source: name, kind }, 'source_started');
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

type RunOptions = { sources: string; out: string; to: string; config?: string };
async function run({ sources, out, to, config }: RunOptions): Promise<void> {
  const { settings, log } = context(config === undefined ? {} : { config });
  if (to !== 'folder' && to !== 'kafka')
    throw new AppError('ERR_CLI_USAGE', 'Lines go --to folder or --to kafka.');
  const kafka = to === 'kafka' ? kafkaOf(settings.kafka) : null;
  const writer = kafka && (await createKafkaWriter(kafka, kafkaLog(log)));
  const destination =
    kafka && writer
      ? intoTopic(writer, kafka.topics.raw, join(out, '.positions'))
      : intoFolder(out);
  try {
    const running = await startSources(sources, destination, log);
    await untilStopped();
    await running.close();
  } finally {
    await writer?.close();
  }
}

/** `sources run`, under the command `sources`. */
export function sourcesRunCommand(sources: Command): void {
  sources
    .command('run')
    .description(
      'receives syslog and OTLP, and asks databases and buckets; hands their lines on once they are safe',
    )
    .requiredOption('--sources <FILE>', 'what to listen to and what to ask (YAML)')
    .requiredOption(
      '--out <DIR>',
      'folder for the lines, which serve --events follows, and for how far sources were read',
    )
    .option('--to <PLACE>', 'folder, or kafka: the raw topic of the settings', 'folder')
    .option('--config <FILE>', 'settings file (YAML)')
    .exitOverride()
    .action(run);
}
