import type { Logger } from 'pino';
import { createMailer } from '../api/notify.ts';
import { AppError } from '../domain/errors.ts';
import { type Publisher, publish, toFolder, toMail, toTimestamp } from '../evidence/log/publish.ts';
import { timestampOverHttp } from '../evidence/timestamp.ts';
import { mailOf } from './review-settings.ts';
import type { Settings } from './settings.ts';
import type { Workspace } from './workspace.ts';

const HOUR_MS = 3_600_000;

/** Where checkpoints go by these settings; a folder given by hand comes before theirs. */
export function publishersOf({ evidence, mail }: Settings, folder?: string): Publisher[] {
  const { publishTo, publishToMail, timestampUrl } = evidence;
  const to = folder ?? publishTo;
  const publishers: Publisher[] = to === undefined ? [] : [toFolder(to)];
  if (to !== undefined && timestampUrl !== undefined)
    publishers.push(toTimestamp(to, timestampOverHttp(timestampUrl)));
  if (publishToMail !== undefined) {
    if (mail === undefined)
      throw new AppError(
        'ERR_CONFIG_REFUSED',
        'evidence.publishToMail needs a mail server: give `mail`.',
      );
    const send = createMailer(mailOf(mail));
    publishers.push(toMail(({ subject, text }) => send({ to: publishToMail, subject, text })));
  }
  return publishers;
}

/** Signs the log every hour and brings the checkpoint out of the system; returns how to stop. */
export function publishHourly(
  { evidence }: Workspace,
  settings: Settings,
  log: Logger,
): () => void {
  const publishers = publishersOf(settings);
  let publishedSize = -1;
  const turn = async (): Promise<void> => {
    const checkpoint = await (await evidence.log())?.checkpoint();
    if (checkpoint === undefined || checkpoint.size === publishedSize) return;
    const failed = await publish(checkpoint, publishers);
    for (const { name, cause } of failed) log.error({ err: cause, name }, 'checkpoint_unpublished');
    if (failed.length === 0) publishedSize = checkpoint.size;
  };
  const timer = setInterval(() => {
    // The next hour tries again; doctor tells when a checkpoint is missing outside.
    turn().catch((cause: unknown) => log.error({ err: cause }, 'checkpoint_failed'));
  }, HOUR_MS);
  timer.unref();
  return () => clearInterval(timer);
}
