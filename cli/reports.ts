import { ACCESS, accessOf, type Operation } from '../api/access.ts';
import type { ReportRequest } from '../api/oversight-desk.ts';
import { TYPOLOGY_WORDS } from '../api/views/typology-words.ts';
import { DETECTORS } from '../detectors/registry.ts';
import { SOURCE_DETECTORS } from '../detectors/sources/judge-sources.ts';
import type { ReportDocument } from '../domain/document.ts';
import { AppError } from '../domain/errors.ts';
import type { ReferenceData } from '../domain/reference.ts';
import { ROLES } from '../domain/review.ts';
import { localMonth, monthWindow } from '../domain/time.ts';
import type { Typology } from '../domain/typology.ts';
import type { AlertDirectory } from '../review/alert-directory.ts';
import type { Journal } from '../review/journal.ts';
import { regimeOf } from '../review/regime.ts';
import { factsOf, type ReportFacts } from '../review/reports/facts.ts';
import { monthlyReport, yearlyReport } from '../review/reports/periodic.ts';
import { worksCouncilPack } from '../review/reports/works-council.ts';
import { periodsOf } from '../review/retention.ts';
import type { ErasedKind } from '../review/retention-run.ts';
import { createErasure } from '../storage/erasure.ts';
import { createReviewLookups } from '../storage/review-lookups.ts';
import { coverageOf } from './coverage.ts';
import type { Settings } from './settings.ts';
import type { Workspace } from './workspace.ts';

export type ReportContext = {
  workspace: Workspace;
  journal: Journal;
  directory: AlertDirectory;
  settings: Settings;
  reference(): ReferenceData;
};
type Period = { name: string; from: number; to: number };

/** The period asked for, or the last whole one before `now`. Throws ERR_REVIEW_REFUSED on the wrong kind. */
export function periodOf({ kind, period }: ReportRequest, now: number): Period {
  const month = localMonth(now);
  if (kind === 'yearly') {
    const year = period ?? String(Number(month.slice(0, 4)) - 1);
    if (year.length !== 4)
      throw new AppError('ERR_REVIEW_REFUSED', 'A yearly overview is of a year, such as 2026.');
    const [from, to] = [monthWindow(`${year}-01`).from, monthWindow(`${year}-12`).to];
    return { name: year, from, to };
  }
  const name = period ?? localMonth(monthWindow(month).from - 1);
  if (name.length !== 7)
    throw new AppError('ERR_REVIEW_REFUSED', 'A monthly report is of a month, such as 2026-03.');
  return { name, ...monthWindow(name) };
}

/** What was erased in a window, summed over its runs. */
async function erasuresIn(
  { workspace }: ReportContext,
  { from, to }: Period,
): Promise<ReportFacts['erasures']> {
  const sums = new Map<string, ReportFacts['erasures'][number]>();
  for (const run of await createErasure(workspace.reviewStore).runs(1_000)) {
    if (run.at < from || run.at >= to) continue;
    // Written by `saveRun` from this shape.
    for (const { kind, erased, held } of run.kinds as ErasedKind[]) {
      const sum = sums.get(kind) ?? { kind, erased: 0, held: 0 };
      // What a hold keeps is kept on every day again: the most there was at once.
      sums.set(kind, { kind, erased: sum.erased + erased, held: Math.max(sum.held, held) });
    }
  }
  return [...sums.values()].filter((s) => s.erased + s.held > 0);
}

/** A report of the desk, from histories, store and settings as they are now. */
export async function makeReport(
  context: ReportContext,
  request: ReportRequest,
): Promise<ReportDocument> {
  const { journal, directory, settings, workspace } = context;
  const now = journal.now();
  const { organisation } = settings.evidence;
  if (request.kind === 'works-council') return pack(context, request, now);
  const period = periodOf(request, now);
  await directory.refresh();
  const erased = await createErasure(workspace.reviewStore).erasedAlerts();
  // Who reads a report is outside every inquiry of a source.
  const facts = factsOf({ journal, directory: directory.open }, period, now, {
    coverage: await coverageOf(workspace, context.reference(), period),
    erasures: await erasuresIn(context, period),
    erasedAlerts: erased.filter((a) => {
      const { from } = monthWindow(a.month);
      return from >= period.from && from < period.to;
    }),
  });
  const { language } = request;
  const input = {
    ...{ facts, language, organisation: organisation.name, period: period.name },
    titleOf: (name: string) => TYPOLOGY_WORDS[name as Typology]?.title[language] ?? name,
    governance: settings.governance,
  };
  return request.kind === 'monthly' ? monthlyReport(input) : yearlyReport(input);
}

async function pack(
  { settings, workspace }: ReportContext,
  { language }: ReportRequest,
  now: number,
): Promise<ReportDocument> {
  const { organisation } = settings.evidence;
  const sources = await createReviewLookups(workspace.reviewStore).sources(now);
  const operations = Object.keys(ACCESS) as Operation[];
  return worksCouncilPack({
    ...{ language, madeAt: now, organisation, governance: settings.governance },
    budget: settings.budget,
    detectors: [...DETECTORS, ...SOURCE_DETECTORS].map(({ meta, config }) => {
      const [typology = 'combined-risk'] = meta.typologies;
      const words = TYPOLOGY_WORDS[typology];
      return {
        ...{ detectorId: meta.id, version: meta.version, title: words.title },
        ...{ detects: meta.description, innocent: words.innocent, dataUsed: meta.dataUsed },
        knownGaps: meta.knownGaps,
        settings: (settings.detectors[meta.id] ?? config.parse({})) as Record<string, unknown>,
      };
    }),
    systems: [...new Set(sources.map((s) => s.system))].map((system) => ({
      ...{ system, regime: regimeOf(settings.regimes, system) },
    })),
    retention: periodsOf(settings.retention),
    roles: ROLES.map((role) => {
      const own = operations.map(accessOf).filter(({ roles }) => roles.includes(role));
      return {
        role,
        reads: own.filter((a) => a.method === 'GET').length,
        writes: own.filter((a) => a.method !== 'GET').length,
        identities: accessOf('viewReveal').roles.includes(role),
      };
    }),
  });
}
