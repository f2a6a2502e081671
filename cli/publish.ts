import type { Logger } from 'pino';
import { type Publisher, publish, toFolder, toTimestamp } from '../evidence/log/publish.ts';
import { timestampOverHttp } from '../evidence/timestamp.ts';
import type { EvidenceSettings } from './evidence-settings.ts';
import type { Workspace } from './workspace.ts';

const HOUR_MS = 3_600_000;

export function publishersOf({ publishTo, timestampUrl }: EvidenceSettings): Publisher[] {
  if (publishTo === undefined) return [];
  const folder = toFolder(publishTo);
  return timestampUrl === undefined
    ? [folder]
    : [folder, toTimestamp(publishTo, timestampOverHttp(timestampUrl))];
}

/** Signs the log every hour and brings the checkpoint out of the system; returns how to stop. */
export function publishHourly(
  { evidence }: Workspace,
  settings: EvidenceSettings,
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
