import type { AuditEvent } from '../../domain/event.ts';
import type { Explanation, Template } from '../../domain/explanation.ts';
import type { CaseloadRow, OfficialRow, ReferenceData } from '../../domain/reference.ts';
import { DAY_MS } from '../../domain/time.ts';
import type { Token } from '../../domain/token.ts';

/** Windows of the templates (proposals of docs/detection.md, to be set per domain). */
export type ExplainConfig = {
  caseGraceMs: number;
  contactGraceMs: number;
  historyMs: number;
  /** Domains in which the household of a client is assessed too. */
  householdDomains: readonly string[];
  /** A work list of more persons than this is a list of everybody, and explains nobody. */
  workListMost: number;
};
export const EXPLAIN_DEFAULTS: ExplainConfig = {
  caseGraceMs: 7 * DAY_MS,
  contactGraceMs: DAY_MS,
  historyMs: 90 * DAY_MS,
  workListMost: 500,
  householdDomains: [
    'social-domain',
    'sociaal',
    'sociaal-domein',
    'wmo',
    'participatie',
    'jeugd',
    'youth',
    'schuldhulp',
  ],
};

/** Last strongly explained lookup per official and person: the memory of template E5. */
export type ExplainHistory = Map<Token, Map<Token, number>>;

const CANNOT_JUDGE: Explanation = { verdict: 'cannot-judge', strength: null, because: [] };
const UNEXPLAINED: Explanation = { verdict: 'unexplained', strength: null, because: [] };
const by = (template: Template, strength: 'strong' | 'medium' | 'weak'): Explanation => ({
  verdict: 'explained',
  strength,
  because: [template],
});
const EXPLAINED = {
  E1: by('E1', 'strong'),
  E2: by('E2', 'strong'),
  E3: by('E3', 'strong'),
  E4: by('E4', 'strong'),
  E5: by('E5', 'medium'),
  E6: by('E6', 'weak'),
};
/** The case of a colleague of the same unit and role who is on leave: more than a case of the team. */
const STAND_IN: Explanation = by('E6', 'medium');
/** A search that led within two minutes to an explained record of the same official. */
export const EXPLAINED_BY_SEARCH: Explanation = by('E7', 'weak');

const covers = (row: CaseloadRow, at: number, grace: number): boolean =>
  (row.from === null || row.from - grace <= at) && (row.to === null || at < row.to + grace);

const isMeeting = (row: CaseloadRow): boolean =>
  row.kind === 'appointment' || row.kind === 'contact';
const isWork = (row: CaseloadRow): boolean => row.kind === 'case' || row.kind === 'workitem';

/**
 * What makes this lookup legitimate, strongest template first (E1-E6). A missing caseload gives
 * `cannot-judge`, never `unexplained`. Strong explanations are remembered in `history` for E5, which
 * never rests on itself.
 */
export function explain(
  event: AuditEvent,
  official: OfficialRow | null,
  reference: ReferenceData,
  history: ExplainHistory,
  config: ExplainConfig = EXPLAIN_DEFAULTS,
): Explanation {
  const { subject, occurredAt: at } = event;
  if (event.actor === null || subject === null || !reference.delivered.caseload)
    return CANNOT_JUDGE;
  const actor = event.actor.token;
  const rows = reference.caseloadOf(subject);
  const strong =
    ownRow(rows, actor, at, reference, config) ??
    mandate(rows, actor, subject, official?.unit ?? event.actor.unit, at, reference) ??
    household(subject, actor, at, reference, config);
  if (strong !== null) {
    remember(history, actor, subject, at);
    return EXPLAINED[strong];
  }
  const earlier = history.get(actor)?.get(subject);
  if (earlier !== undefined && at - earlier <= config.historyMs) return EXPLAINED.E5;
  const unit = official?.unit ?? event.actor.unit;
  if (official !== null && rows.some((row) => isStandIn(row, official, at, reference, config)))
    return STAND_IN;
  if (unit !== '' && rows.some((row) => isOfUnit(row, unit, at, reference, config)))
    return EXPLAINED.E6;
  if (unit !== '' && isQuotedHousehold(event, unit, reference, config)) return EXPLAINED.E6;
  // Emergency access is a claim to check and a typed purpose is free text: neither explains.
  return UNEXPLAINED;
}

/** Notes a strongly explained lookup for E5. */
export function remember(history: ExplainHistory, actor: Token, subject: Token, at: number): void {
  let subjects = history.get(actor);
  if (subjects === undefined) {
    subjects = new Map();
    history.set(actor, subjects);
  }
  subjects.set(subject, at);
}

/** A quoted case of the own unit that is open and about somebody of the same household. */
function isQuotedHousehold(
  { caseRef, subject, occurredAt: at }: AuditEvent,
  unit: string,
  reference: ReferenceData,
  config: ExplainConfig,
): boolean {
  if (caseRef === null || subject === null) return false;
  const rows = reference.casesByRef(caseRef);
  if (rows.length === 0) return false;
  const home = reference.household(subject);
  return rows.some(
    (row) =>
      row.subject !== null &&
      home.includes(row.subject) &&
      isOfUnit(row, unit, at, reference, config),
  );
}

function isStandIn(
  row: CaseloadRow,
  official: OfficialRow,
  at: number,
  reference: ReferenceData,
  config: ExplainConfig,
): boolean {
  if (row.actor === null || row.actor === official.actor || row.kind === 'mandate') return false;
  if (!covers(row, at, isMeeting(row) ? config.contactGraceMs : config.caseGraceMs)) return false;
  const colleague = reference.official(row.actor, at);
  if (colleague?.unit !== official.unit || colleague.role !== official.role) return false;
  // A day of grace: who is back on Monday is asked to look on Friday.
  return [-DAY_MS, 0, DAY_MS].some((shift) => reference.onLeave(colleague.actor, at + shift));
}

/** Whether a work list is so long that it says nothing about one person on it. */
function isListOfEverybody(
  { kind, caseRef }: CaseloadRow,
  reference: ReferenceData,
  { workListMost }: ExplainConfig,
): boolean {
  if (kind !== 'workitem' || caseRef === null) return false;
  return reference.casesByRef(caseRef).length > workListMost;
}

function ownRow(
  rows: readonly CaseloadRow[],
  actor: Token,
  at: number,
  reference: ReferenceData,
  config: ExplainConfig,
): 'E1' | 'E2' | null {
  let found: 'E1' | 'E2' | null = null;
  for (const row of rows) {
    if (row.actor !== actor) continue;
    if (
      isWork(row) &&
      covers(row, at, config.caseGraceMs) &&
      !isListOfEverybody(row, reference, config)
    )
      return 'E1';
    if (isMeeting(row) && covers(row, at, config.contactGraceMs)) found = 'E2';
  }
  return found;
}

/** A mandate names the official or the unit, and the person or nobody in particular. */
function mandate(
  rows: readonly CaseloadRow[],
  actor: Token,
  subject: Token,
  unit: string,
  at: number,
  reference: ReferenceData,
): 'E3' | null {
  for (const row of reference.mandatesOf(actor))
    if (
      (row.subject === null || row.subject === subject) &&
      (row.actor === actor || row.unit === unit) &&
      covers(row, at, 0)
    )
      return 'E3';
  for (const row of rows)
    if (
      row.kind === 'mandate' &&
      row.actor === null &&
      unit !== '' &&
      row.unit === unit &&
      covers(row, at, 0)
    )
      return 'E3';
  return null;
}

function household(
  subject: Token,
  actor: Token,
  at: number,
  reference: ReferenceData,
  config: ExplainConfig,
): 'E4' | null {
  for (const member of reference.household(subject)) {
    if (member === subject) continue;
    for (const row of reference.caseloadOf(member)) {
      if (row.actor !== actor || !config.householdDomains.includes(row.domain)) continue;
      if (isWork(row) && covers(row, at, config.caseGraceMs)) return 'E4';
      if (isMeeting(row) && covers(row, at, config.contactGraceMs)) return 'E4';
    }
  }
  return null;
}

function isOfUnit(
  row: CaseloadRow,
  unit: string,
  at: number,
  reference: ReferenceData,
  config: ExplainConfig,
): boolean {
  if (
    row.kind === 'mandate' ||
    isListOfEverybody(row, reference, config) ||
    !covers(row, at, isMeeting(row) ? config.contactGraceMs : config.caseGraceMs)
  )
    return false;
  if (row.unit === unit) return true;
  return row.actor !== null && reference.official(row.actor, at)?.unit === unit;
}
