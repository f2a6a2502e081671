import type { Alert } from '../domain/alert.ts';
import { AppError } from '../domain/errors.ts';
import type { AuditEvent } from '../domain/event.ts';
import { VERSION } from '../domain/product.ts';
import type { ReferenceRows } from '../domain/reference.ts';
import { toIso } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';
import { LOG_TYPOLOGIES } from '../domain/typology.ts';
import type { Json } from '../evidence/canonical-json.ts';
import { HOLD_CHAIN, type Hold } from '../evidence/hold.ts';
import type {
  CaseFile,
  CustodyRecord,
  ReferralKind,
  RowSource,
} from '../evidence/package/case-file.ts';
import { proveEntries } from '../evidence/package/prove.ts';
import { indexReference } from '../reference/index-rows.ts';
import { type By, type Case, caseFold, isAlertLink } from '../review/case.ts';
import type { Journal, ReviewEvent } from '../review/journal.ts';
import { assertSameRegime, regimeOf } from '../review/regime.ts';
import { revealFold } from '../review/reveal.ts';
import { requestFold, type TwoPersonRequest } from '../review/two-person-request.ts';
import { createHoldStore } from '../storage/holds.ts';
import { createReviewLogStore } from '../storage/review-log.ts';
import { contextOf } from './case-context.ts';
import { holdCase, REVIEW_CHAIN } from './holds.ts';
import type { Settings } from './settings.ts';
import type { Workspace } from './workspace.ts';

export type CaseFileInput = {
  workspace: Workspace;
  journal: Journal;
  settings: Settings;
  reference: ReferenceRows;
  referral: readonly ReferralKind[];
  note: string;
  exportId?: string;
};
export type Assembled = { caseFile: CaseFile; rows: RowSource };

const MAX_ACCESSES = 10_000;
/** Ids in one sentence. */
const MAX_NAMED = 20;
const LIMITATIONS = [
  'Een logregel toont welk account iets deed, niet wie achter het toetsenbord zat.',
  'Wat buiten de aangesloten systemen is geraadpleegd, staat hier niet in.',
  'Een ontbrekende verklaring is geen bewijs dat er geen taak was: ook een niet geregistreerde zaak of opdracht is mogelijk.',
];

/**
 * Everything known about a case as of the moment that a second person agreed to its export. Throws
 * ERR_EVIDENCE_CASE for an unknown case, ERR_EVIDENCE_NOT_APPROVED when nobody agreed.
 */
export async function assembleCase(input: CaseFileInput, caseId: string): Promise<Assembled> {
  const { workspace, journal, settings, reference } = input;
  if (!journal.has('case', caseId))
    throw new AppError('ERR_EVIDENCE_CASE', `There is no case ${caseId} in this data directory.`);
  const kase = journal.state(caseFold, 'case', caseId);
  const request = approvedExport(journal, caseId, input.exportId);
  const approvedAt = request.decidedAt ?? 0;
  const hold = await holdCase(workspace, kase, settings.evidence.baselineDays);
  const holds = createHoldStore(workspace.reviewStore, workspace.sealKey);
  const alerts = await workspace.alerts.byIds(kase.links.map((l) => l.alertId));
  const found = kase.links.flatMap(({ search }) => search ?? []);
  const isEpisode = new Set([...alerts, ...found].flatMap((a) => a.eventIds));
  const episode: AuditEvent[] = [];
  const seen = { unproven: 0, withoutLine: 0, ofOtherRegime: 0 };
  const isMarked = new Set((await workspace.confidential.open(approvedAt)).map(keyOf));
  const confidential: string[] = [];
  const isOfCase = ({ system }: AuditEvent): boolean =>
    regimeOf(settings.regimes, system) === kase.regime;
  for await (const row of holds.rows(hold.holdId)) {
    if (!isOfCase(row.event)) {
      seen.ofOtherRegime++;
      // Handing over the rest as if it were the whole would hide what the alert was about.
      if (isEpisode.has(row.event.eventId))
        assertSameRegime(kase.regime, regimeOf(settings.regimes, row.event.system));
      continue;
    }
    if (row.proof === null) seen.unproven++;
    if (row.line === null) seen.withoutLine++;
    if (isMarked.has(keyOf(row.event))) confidential.push(row.event.eventId);
    if (isEpisode.has(row.event.eventId)) episode.push(row.event);
  }
  const covers = coveredBy(journal, request, caseId, approvedAt);
  const custody = await custodyOf(input, kase, request, hold.holdId, approvedAt);
  await workspace.evidence.checkpoint();
  const uids = new Set([
    ...hold.batches.map(({ uid }) => uid),
    ...custody.flatMap(({ uid }) => uid ?? []),
  ]);
  const log = await proveEntries(workspace.evidence.entries, uids);
  const { organisation } = settings.evidence;
  const caseFile: CaseFile = {
    version: 1,
    caseId,
    preparedAt: toIso(approvedAt),
    tool: { name: 'Inzagewacht', version: VERSION },
    organisation,
    ground: { code: kase.ground, article: kase.protocolArticle, text: kase.reason },
    referral: { kinds: [...input.referral], note: input.note },
    isSilent: kase.isSilent,
    approval: {
      requestedBy: nameOf(request.requestedBy),
      requestedAt: toIso(request.requestedAt),
      approvedBy: nameOf(approverOf(journal, request.id)),
      approvedAt: toIso(approvedAt),
      reason: request.reason,
      covers,
    },
    officials: [...hold.actors],
    identities: identitiesOf(workspace, covers),
    alerts: JSON.parse(JSON.stringify(alerts)) as CaseFile['alerts'],
    ...contextOf(kase, alerts, episode, hold, reference, indexReference(reference)),
    limitations: [
      ...LIMITATIONS,
      ...limitsOf(
        { ...seen, alerts: kase.links.filter(isAlertLink).length - alerts.length },
        reference.version,
      ),
      ...confidentialOf(confidential),
    ],
    gaps: await gapsOf(workspace, hold),
    custody,
    log: { ...log, batches: hold.batches },
  };
  return { caseFile, rows: rowsOf(holds, hold, isEpisode, isOfCase) };
}

const keyOf = ({ system, eventId }: Pick<AuditEvent, 'system' | 'eventId'>): string =>
  `${system}\0${eventId}`;
/** Rows that their source called confidential when the export was agreed: whoever receives them must know. */
const confidentialOf = (eventIds: readonly string[]): string[] =>
  eventIds.length === 0
    ? []
    : [
        `VERTROUWELIJK VOLGENS DE BRON, mogelijk deel van een ander onderzoek en aan niemand daarbuiten te tonen: gebeurtenissen ${eventIds.slice(0, MAX_NAMED).join(', ')} (${eventIds.length} in totaal).`,
      ];

const nameOf = (by: By): string => `${by.name} (${by.role})`;

/** The newest export of this case to which a second person agreed. */
function approvedExport(
  journal: Journal,
  caseId: string,
  exportId: string | undefined,
): TwoPersonRequest {
  const approved = [...journal.all(requestFold, 'export')]
    .filter((r) => r.data['caseId'] === caseId && r.state === 'approved')
    .filter((r) => exportId === undefined || r.id === exportId)
    .sort((a, b) => (a.decidedAt ?? 0) - (b.decidedAt ?? 0))
    .at(-1);
  if (approved !== undefined) return approved;
  throw new AppError(
    'ERR_EVIDENCE_NOT_APPROVED',
    `Nobody agreed to an export of case ${caseId}: ask for it, and have a second person approve.`,
    { caseId },
  );
}

function approverOf(journal: Journal, exportId: string): By {
  const approved = journal.history('export', exportId).find((e) => e.typeUid === 'export.approved');
  return approved?.by ?? { accountId: '', name: '', person: null, role: '' };
}

/** Tokens of reveals of this case that were open when the export was agreed; none for a token export. */
function coveredBy(
  journal: Journal,
  request: TwoPersonRequest,
  caseId: string,
  at: number,
): Token[] {
  if (request.data['identities'] !== 'revealed') return [];
  const tokens = [...journal.all(revealFold, 'reveal')]
    .filter((r) => r.caseId === caseId && r.approvedAt !== null && r.approvedAt <= at)
    .filter((r) => at < r.expiresAt && r.state !== 'closed')
    .flatMap((r) => r.tokens);
  return [...new Set(tokens)].sort();
}

function identitiesOf({ vault }: Workspace, covers: readonly Token[]): Record<string, string> {
  const known = covers.flatMap((token) => {
    const identity = vault.reveal(token);
    return identity === null ? [] : [[token, identity.replace(/^(account|bsn|local):/, '')]];
  });
  return Object.fromEntries(known) as Record<string, string>;
}

function limitsOf(
  seen: { unproven: number; withoutLine: number; alerts: number; ofOtherRegime: number },
  version: string,
): string[] {
  return [
    `Verklaringen zijn beoordeeld met referentiegegevens versie ${version}.`,
    ...(seen.alerts > 0
      ? [`${seen.alerts} meldingen van deze zaak worden met de huidige gegevens niet meer gedaan.`]
      : []),
    ...(seen.unproven > 0
      ? [`Van ${seen.unproven} gebeurtenissen is de plaats in het logboek niet te bewijzen.`]
      : []),
    ...(seen.ofOtherRegime > 0
      ? [
          `${seen.ofOtherRegime} gebeurtenissen van systemen onder een andere wet zijn niet opgenomen.`,
        ]
      : []),
    ...(seen.withoutLine > 0
      ? [`Van ${seen.withoutLine} gebeurtenissen was de oorspronkelijke regel niet meer aanwezig.`]
      : []),
  ];
}

/** Alerts about the logs themselves within the window: what may be missing, and what time is worth. */
async function gapsOf({ alerts }: Workspace, hold: Hold): Promise<CaseFile['gaps']> {
  const all: Alert[] = await alerts.list(10_000, 0);
  return all
    .filter((a) => LOG_TYPOLOGIES.includes(a.typology))
    .filter((a) => Date.parse(a.lastEventAt) >= hold.from && Date.parse(a.firstEventAt) < hold.to)
    .map((a) => ({
      ...{ system: a.typology, from: a.firstEventAt, to: a.lastEventAt },
      reason: a.reasons[0]?.text.nl ?? '',
    }));
}

/** Steps of the case and everything linked to it, accesses, and the hold, up to the approval. */
async function custodyOf(
  { workspace, journal, settings }: CaseFileInput,
  kase: Case,
  request: TwoPersonRequest,
  holdId: string,
  until: number,
): Promise<CustodyRecord[]> {
  const { entries } = workspace.evidence;
  const times = new Map<string, string>();
  for (let from = 0, page = await entries.entries(0, 5_000); page.length > 0; ) {
    for (const { uid, time } of page) times.set(uid, time);
    from += page.length;
    page = await entries.entries(from, 5_000);
  }
  const logged = new Map<string, { uid: string; salt: Buffer }>();
  for (const [uid, { record, salt }] of await entries.records(REVIEW_CHAIN))
    logged.set(record, { uid, salt });
  const reveals = [...journal.all(revealFold, 'reveal')].filter((r) => r.caseId === kase.caseId);
  const steps: ReviewEvent[] = [
    ...journal.history('case', kase.caseId),
    ...kase.links.flatMap(({ alertId }) => journal.history('alert', alertId)),
    ...reveals.flatMap(({ revealId }) => journal.history('reveal', revealId)),
    ...journal.history('export', request.id),
    // How far the making is comes after the agreement, if only by a millisecond.
  ].filter(({ time, typeUid }) => time <= until && typeUid !== 'export.job');
  const records = steps.map(({ fingerprint, ...step }): CustodyRecord => {
    const { chainUid: chain, sequence } = step;
    const record = { kind: 'review-step', chain, sequence, fingerprint };
    // The form in which `recordedInLog` entered it: members in canonical order.
    const text = JSON.stringify({ chain, fingerprint, kind: 'review-step', sequence });
    const entry = logged.get(text);
    return {
      ...{ uid: entry?.uid ?? null, salt: entry?.salt.toString('hex') ?? null },
      ...{ time: times.get(entry?.uid ?? '') ?? toIso(step.time), record, step },
    };
  });
  for (const [uid, { record, salt }] of await entries.records(HOLD_CHAIN)) {
    const parsed = JSON.parse(record) as { kind: string; holdId?: string };
    if (parsed.kind !== 'hold' || parsed.holdId !== holdId) continue;
    const time = times.get(uid) ?? toIso(until);
    records.push({ uid, salt: salt.toString('hex'), time, record: parsed, step: null });
  }
  records.push(...(await accessesOf(workspace, settings.tenant, kase, until)));
  return records.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

/** Who looked at the case and its alerts; these stand in the chains of the review log. */
async function accessesOf(
  { reviewStore }: Workspace,
  tenant: string,
  kase: Case,
  until: number,
): Promise<CustodyRecord[]> {
  const log = createReviewLogStore(reviewStore, tenant);
  const ids = [kase.caseId, ...kase.links.map((l) => l.alertId)];
  const found = new Map<string, CustodyRecord>();
  for (const objectId of ids)
    for (const { entry, fingerprint } of await log.list({
      ...{ from: kase.openedAt, to: until + 1, objectId, onlyRefused: false },
      ...{ before: null, limit: MAX_ACCESSES },
    })) {
      const access = JSON.parse(entry) as { at: number } & Record<string, Json>;
      const by = `${String(access['name'] ?? '')} (${String(access['role'] ?? '')})`;
      const { operation = null, outcome = null } = access;
      const record = { kind: 'access', by, operation, outcome, fingerprint };
      found.set(fingerprint, {
        ...{ uid: null, salt: null, time: toIso(access.at), record, step: null },
      });
    }
  return [...found.values()];
}

/** Held rows as the package takes them, read anew each time. */
const rowsOf = (
  holds: ReturnType<typeof createHoldStore>,
  hold: Hold,
  isEpisode: ReadonlySet<string>,
  isOfCase: (event: AuditEvent) => boolean,
): RowSource =>
  async function* () {
    for await (const { event, lineSha256, line, proof } of holds.rows(hold.holdId)) {
      if (!isOfCase(event)) continue;
      const { occurredAt, ...rest } = event;
      yield {
        event: { ...rest, occurredAt: toIso(occurredAt) },
        ...{ lineSha256, line, proof, isEpisode: isEpisode.has(event.eventId) },
      };
    }
  };
