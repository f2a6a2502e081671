// Backtests and shadow runs of the review service: settings tried over stored history, apart from what runs.
import type { z } from 'zod';
import type { BacktestRunner } from '../api/deps.ts';
import type { Backtest } from '../api/schemas/backtests.ts';
import { DETECTORS } from '../detectors/registry.ts';
import type { Alert } from '../domain/alert.ts';
import { AppError } from '../domain/errors.ts';
import { packReference } from '../domain/packed-reference.ts';
import type { ReferenceRows } from '../domain/reference.ts';
import { briefly, compareAlerts, outcomesOf } from '../review/backtest.ts';
import type { ReviewDeps } from '../review/context.ts';
import { createAlertStore } from '../storage/alerts.ts';
import { createBacktestStore } from '../storage/backtests.ts';
import { backtestApart, compareWith, isOpenTo, wayOf } from './backtesting.ts';
import { beginsIn, isAboutLog } from './raise-again.ts';
import { type Settings, settingsVersion } from './settings.ts';
import type { Workspace } from './workspace.ts';

/** What may be tried: another budget, other settings of detectors. */
export type Tried = {
  budget?: number | null | undefined;
  detectors: Record<string, Record<string, unknown>>;
};

/** The settings in force with others on top. Throws ERR_REVIEW_REFUSED when a detector does not take them. */
export function withTried(settings: Settings, { budget, detectors }: Tried): Settings {
  const merged: Record<string, unknown> = { ...settings.detectors };
  for (const [id, own] of Object.entries(detectors)) {
    const detector = DETECTORS.find((d) => d.meta.id === id);
    const parsed = detector?.config.safeParse({ ...(merged[id] as object | undefined), ...own });
    if (parsed?.success !== true)
      throw new AppError(
        'ERR_REVIEW_REFUSED',
        detector === undefined
          ? 'There is no such detector.'
          : `The detector ${id} does not take these settings.`,
      );
    merged[id] = parsed.data;
  }
  // Each has just been read by the detector's own schema.
  const tried = merged as Settings['detectors'];
  return { ...settings, detectors: tried, budget: budget ?? settings.budget };
}

type Options = {
  /** Settings in force now. */
  settings(): Settings;
  referenceRows(): Promise<ReferenceRows>;
  review: ReviewDeps;
};

export function createBacktestRunner(
  workspace: Workspace,
  { settings, referenceRows, review }: Options,
): BacktestRunner {
  const { reviewStore } = workspace;
  const { tenant } = settings();
  const kept = createBacktestStore(reviewStore, tenant);
  return {
    async plan(input) {
      const tried = withTried(settings(), input);
      const rows = await referenceRows();
      return {
        settings: { budget: tried.budget, detectors: tried.detectors },
        configVersion: settingsVersion(tried),
        referenceVersion: rows.version,
        way: await wayOf(reviewStore, tenant),
      };
    },
    async run(input, onProgress) {
      const way = await wayOf(reviewStore, tenant);
      const { from, to } = input;
      const asked = {
        ...{ period: { from, to }, way },
        ...{
          settings: withTried(settings(), input),
          reference: packReference(await referenceRows()),
        },
      };
      // A connection of its own: one running query blocks its connection.
      const reader = await workspace.openReader();
      try {
        const raised = await backtestApart(reader, asked, onProgress);
        return briefly(await compareWith(reader, asked, raised, review));
      } finally {
        await reader.close();
      }
    },
    save: kept.save,
    get: (backtestId) => kept.get<z.output<typeof Backtest>>(backtestId),
    list: () => kept.list<z.output<typeof Backtest>>(),
    async shadow(shadowId, period) {
      const all = await kept.shadowAlerts(shadowId);
      if (all.length === 0) return null;
      const isCompared = (alert: Alert): boolean => !isAboutLog(alert) && isOpenTo(review, alert);
      const before = await createAlertStore(reviewStore).beginningIn(period);
      const after = all.filter(beginsIn(period)).filter((a) => isOpenTo(review, a));
      return briefly(
        compareAlerts(
          before.filter(isCompared),
          after,
          await kept.shadowPassedOver(shadowId),
          outcomesOf(review),
        ),
      );
    },
  };
}
