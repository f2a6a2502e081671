import { DATA_NEEDS, missingFor } from '../detectors/kit/data-needs.ts';
import { DETECTORS } from '../detectors/registry.ts';
import type { ReferenceData } from '../domain/reference.ts';
import { localMonth, monthWindow } from '../domain/time.ts';
import type { Json } from '../evidence/canonical-json.ts';
import { type Envelope, signStatement } from '../evidence/statement.ts';
import {
  type Catalogue,
  type CoverageReport,
  coverageReport,
  type Silence,
} from '../review/oversight/coverage.ts';
import { createJudgingRunStore } from '../storage/judging-runs.ts';
import { createReviewLookups } from '../storage/review-lookups.ts';
import { gapsOf } from './source-health.ts';
import type { Workspace } from './workspace.ts';

type Window = { from: number; to: number };

const CATALOGUE: Catalogue = {
  detectors: DETECTORS.map((d) => d.meta.id),
  kinds: (detector) => DATA_NEEDS[detector]?.kinds ?? [],
  missingFor,
};

/** Hours of the window in which a source was silent although it usually is not, month by month. */
async function silencesOf({ reviewStore }: Workspace, window: Window): Promise<Silence[]> {
  const lookups = createReviewLookups(reviewStore);
  const sources = await lookups.sources(window.to);
  const newest = Math.max(0, ...sources.map((s) => s.lastAt));
  const silences: Silence[] = [];
  for (const { system, instance, firstAt } of sources) {
    // A source is silent until the newest event of all: one that fell silent has no later event itself.
    const from = Math.max(firstAt, window.from);
    const to = Math.min(newest + 1, window.to);
    if (from >= to) continue;
    const hours = await lookups.perHour(system, instance, { from, to });
    for (const gap of gapsOf(hours, from, to).gaps)
      silences.push(...byMonth(gap).map((part) => ({ system, instance, ...part })));
  }
  return silences;
}

function byMonth({ from, to }: Window): Window[] {
  const parts: Window[] = [];
  for (let at = from; at < to; ) {
    const end = Math.min(to, monthWindow(localMonth(at)).to);
    parts.push({ from: at, to: end });
    at = end;
  }
  return parts;
}

/** What was judged of the half-open window and what was not, from the store as it is now. */
export async function coverageOf(
  workspace: Workspace,
  reference: ReferenceData,
  window: Window,
): Promise<CoverageReport> {
  const store = createJudgingRunStore(workspace.reviewStore);
  const runs = await store.all();
  const actors = await store.actors(window);
  const services = actors.filter((a) => reference.official(a, window.to)?.kind === 'service');
  const letters = await workspace.deadLetters.list('', 0, 0);
  return coverageReport({
    ...{ authority: workspace.evidence.authority, madeAt: Date.now(), ...window },
    checkpoint: (await workspace.evidence.entries.lastCheckpoint())?.note ?? null,
    deadLetters: letters.counts,
    runs,
    counts: await store.counts(window, runs, services),
    silences: await silencesOf(workspace, window),
    catalogue: CATALOGUE,
    monthOf: localMonth,
  });
}

/** The same, signed. */
export async function signedCoverage(
  workspace: Workspace,
  reference: ReferenceData,
  window: Window,
): Promise<{ report: CoverageReport; envelope: Envelope }> {
  const report = await coverageOf(workspace, reference, window);
  const envelope = signStatement(
    'application/vnd.inzagewacht.coverage+json',
    // Plain data of strings and numbers.
    report as unknown as Json,
    workspace.evidence.signer,
  );
  return { report, envelope };
}
