import type { Logger } from 'pino';
import { HOUR_MS, localDay } from '../domain/time.ts';
import { createErasure } from '../storage/erasure.ts';
import { isAutomatic, type RetentionInput, runRetention } from './retention-run.ts';

/** Runs retention once per local day, however many hours it has; gives whether it did. */
export async function retainWhenDue(
  input: Omit<RetentionInput, 'isDry' | 'now'>,
  now: number,
): Promise<boolean> {
  if (!isAutomatic(input.settings)) return false;
  const [last] = await createErasure(input.workspace.reviewStore).runs(1);
  if (last !== undefined && localDay(now) <= localDay(last.at)) return false;
  await runRetention({ ...input, now, isDry: false });
  return true;
}

/** Looks every hour whether retention is due, from now on; returns how to stop. */
export function retainDaily(
  input: Omit<RetentionInput, 'isDry' | 'now'>,
  log: Logger | undefined,
): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  const look = (): void => {
    running = running
      .then(() => retainWhenDue(input, input.journal.now()))
      .then((isDone) => {
        if (isDone) log?.info('retention_done');
      })
      // The next hour tries again; the overview shows when the last run was.
      .catch((cause: unknown) => log?.error({ err: cause }, 'retention_failed'));
  };
  const timer = setInterval(look, HOUR_MS);
  timer.unref();
  look();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
