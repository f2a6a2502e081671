import { DETECTORS } from '../detectors/registry.ts';
import { isoDay, localDay } from '../domain/time.ts';
import type { Json } from '../evidence/canonical-json.ts';
import { type Envelope, signStatement } from '../evidence/statement.ts';
import { alertReview } from '../review/alert-review.ts';
import { exchangeStatement } from '../review/exchange.ts';
import type { ExchangeStatement } from '../review/exchange-statement.ts';
import { createJudgingRunStore } from '../storage/judging-runs.ts';
import type { ReportContext } from './reports.ts';

type Window = { from: number; to: number };

/** Statistics of a half-open window as others may have them, signed with the key of the log. */
export async function signedExchange(
  { workspace, journal, directory, settings }: ReportContext,
  window: Window,
): Promise<{ statement: ExchangeStatement; envelope: Envelope }> {
  await directory.refresh();
  const work = await createJudgingRunStore(workspace.reviewStore).workload(window);
  const rows = directory.open
    .all()
    .filter((row) => row.openedAt >= window.from && row.openedAt < window.to);
  const statement = exchangeStatement({
    ...{ from: isoDay(localDay(window.from)), to: isoDay(localDay(window.to - 1)) },
    ...{ ...work, budget: settings.budget },
    alerts: rows.map(({ alertId, typology }) => ({
      ...{ typology, state: journal.state(alertReview, 'alert', alertId).state },
    })),
    detectors: DETECTORS.map(({ meta, config }) => ({
      ...{ detector: meta.id, version: meta.version },
      settings: (settings.detectors[meta.id] ?? config.parse({})) as Record<string, unknown>,
    })),
  });
  const type = 'application/vnd.inzagewacht.exchange+json';
  // Its schema allows plain JSON only.
  const document = statement as unknown as Json;
  return { statement, envelope: signStatement(type, document, workspace.evidence.signer) };
}
