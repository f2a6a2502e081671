// The check of BIO2 that logs are unchanged: run monthly by itself, and its result is part of the log.
import type { Logger } from 'pino';
import { DAY_MS, HOUR_MS, toIso } from '../domain/time.ts';
import type { LogVerdict } from '../evidence/log/verify-log.ts';
import { checkEvidence } from './evidence-check.ts';
import type { Settings } from './settings.ts';
import type { Workspace } from './workspace.ts';

/** The chain of records about the log itself. */
const CHECKS = 'checks';
export const CHECK_EVERY_MS = 30 * DAY_MS;

export type LogCheck = { at: string; findings: number; entries: number };

/** Checks everything stored against the log, and records what came out, also when it is bad. */
export async function checkAndRecord(
  workspace: Workspace,
  options: Parameters<typeof checkEvidence>[1],
): Promise<LogVerdict> {
  const verdict = await checkEvidence(workspace, options);
  const { findings, entries } = verdict;
  try {
    await (await workspace.evidence.log())?.appendRecord(CHECKS, {
      ...{ kind: 'log-check', at: toIso(Date.now()), findings: findings.length, entries },
    });
  } catch (error) {
    // A log that was tampered with is not written to; the verdict says so by itself.
    if (findings.length === 0) throw error;
  }
  return verdict;
}

/** The newest recorded check, or null. */
export async function lastCheck({ evidence }: Workspace): Promise<LogCheck | null> {
  let newest: LogCheck | null = null;
  for (const { record } of (await evidence.entries.records(CHECKS)).values()) {
    const { at, findings, entries } = JSON.parse(record) as LogCheck;
    if (newest === null || at > newest.at) newest = { at, findings, entries };
  }
  return newest;
}

/** Checks whenever the newest check is a month old; looks every hour. Returns how to stop. */
export function checkMonthly(workspace: Workspace, settings: Settings, log: Logger): () => void {
  const { tenant, evidence } = settings;
  const turn = async (): Promise<void> => {
    const last = await lastCheck(workspace);
    const first = (await workspace.evidence.entries.entries(0, 1))[0]?.time;
    const since = last?.at ?? first;
    if (since === undefined || Date.now() - Date.parse(since) < CHECK_EVERY_MS) return;
    const published = evidence.publishTo === undefined ? {} : { published: evidence.publishTo };
    const { findings, entries } = await checkAndRecord(workspace, { tenant, ...published });
    if (findings.length === 0) log.info({ entries }, 'logs_unchanged');
    else log.error({ entries, findings: findings.length }, 'logs_changed');
  };
  const look = (): void => {
    // The next hour tries again; doctor tells when the last check is too long ago.
    turn().catch((cause: unknown) => log.error({ err: cause }, 'log_check_failed'));
  };
  const timer = setInterval(look, HOUR_MS);
  timer.unref();
  look();
  return () => clearInterval(timer);
}
