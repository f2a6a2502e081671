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
  type PullSource,
  runPull,
} from '../../ingest/sources/deliver.ts';
import { otlpHandler } from '../../ingest/sources/otlp.ts';
import { pullPostgres } from '../../ingest/sources/postgres.ts';
import { pullS3 } from '../../ingest/sources/s3.ts';
import { receiveSyslog } from '../../ingest/sources/syslog.ts';
import { context } from '../context.ts';
import { untilStopped } from '../server-workspace.ts';
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

/** Runs every way in until a signal; lines go to one file per source, which `serve --events` follows. */
export async function runSources(
  file: string,
  out: string,
  log: Logger,
  stopped: Promise<unknown>,
): Promise<void> {
  const { sources } = readSourceSettings(file);
  const positions = folderPositions(join(out, '.positions'));
  const stop = new AbortController();
  const running: Running[] = [];
  const files: Running[] = [];
  try {
    for (const setting of sources) {
      const { name, kind } = setting;
      const onError = (error: unknown): void =>
        log.error({ source: name, code: codeOf(error) }, 'source_failed');
      const deliver = deliverToFolder(out, name);
      files.push(deliver);
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
    await stopped;
  } finally {
    stop.abort();
    for (const one of [...running, ...files]) await one.close();
  }
}

/** `sources run`, under the command `sources`. */
export function sourcesRunCommand(sources: Command): void {
  sources
    .command('run')
    .description(
      'receives syslog and OTLP, and asks databases and buckets; writes their lines to a folder',
    )
    .requiredOption('--sources <FILE>', 'what to listen to and what to ask (YAML)')
    .requiredOption('--out <DIR>', 'folder for the lines; serve --events follows it')
    .option('--config <FILE>', 'settings file (YAML)')
    .exitOverride()
    .action(async (options: { sources: string; out: string; config?: string }) => {
      const { log } = context(options);
      await runSources(options.sources, options.out, log, untilStopped());
    });
}
