// The cover of somebody who knows that lookups without a case are seen: a number that is real, and
// belongs to somebody else.
import { z } from 'zod';
import type { CaseloadRow } from '../domain/reference.ts';
import type { SignalDraft } from '../domain/signal.ts';
import type { Token } from '../domain/token.ts';
import type { ActorDay, DetectorContext, Lookup } from './detector.ts';
import { defineDetector, defineReason } from './detector.ts';
import { type CaseFault, caseFault } from './kit/case-evidence.ts';
import { dayDraft, eventsOf, unremarkable } from './kit/drafts.ts';
import { hashPair } from './kit/hash.ts';
import { floorUnder, isCleared } from './kit/judge.ts';
import { ruleP } from './kit/relation.ts';
import { addShare, emptyShare, type Share } from './kit/share.ts';
import { fromLn, lnTail } from './kit/statistics.ts';

const share = defineReason('case-mismatch', {
  code: 'share-of-case-numbers',
  unit: 'lookups',
  comparedWith: 'role',
  text: {
    nl: 'Bij {observed} van de {total} raadplegingen van deze medewerker hoort het opgegeven zaaknummer volgens de bron niet bij de persoon (gewoonlijk: {expected}[[; collega’s per dag: {peers}]]): {unknown} onbekend, {closed} gesloten, {other} van iemand anders, {foreign} uit een vreemd domein; {count} in vier weken.',
    en: 'For {observed} of {total} lookups of this official the quoted case number does not belong to the person according to the source (usually {expected}[[; colleagues a day: {peers}]]): {unknown} unknown, {closed} closed, {other} about someone else, {foreign} of a foreign domain; {count} in four weeks.',
  },
});
const someoneElse = defineReason('case-mismatch', {
  code: 'case-of-someone-else',
  unit: 'lookups',
  comparedWith: 'caseload',
  text: {
    nl: 'Het zaaknummer dat deze medewerker bij deze persoon opgaf, hoort volgens de bron bij iemand anders ({observed|raadpleging|raadplegingen}; door toeval verwacht: {expected}); een andere zaak, afspraak of contact is niet gevonden.',
    en: 'The case number this official quoted for this person belongs to someone else according to the source ({observed|lookup|lookups}; expected by chance: {expected}); no other case, appointment or contact was found.',
  },
});
const reused = defineReason('case-mismatch', {
  code: 'one-number-for-many',
  unit: 'persons',
  comparedWith: 'caseload',
  text: {
    nl: 'Eén zaaknummer werd door deze medewerker voor {observed} personen gebruikt die er volgens de bron niet bij horen (door toeval verwacht: {expected}).',
    en: 'This official used one case number for {observed} persons to whom it does not belong according to the source (expected by chance: {expected}).',
  },
});

type Fault = CaseFault | 'foreign';
/** Case numbers that were quoted for unrelated persons; hashes, because only equality counts. */
type Quoted = { ref: number; persons: number[]; day: number };
type State = { share: Share; quoted: Quoted[]; domains: Record<string, number> };

const MEMORY_DAYS = 28;
const MAX_QUOTED = 8;
const MAX_PERSONS = 8;
const MAX_DOMAINS = 12;
/** Explained lookups after which the domains of an official are known. */
const LEARNED = 50;

/** Domains in which an official works are those of the cases that are really theirs. */
function learnDomains(state: State, lookup: Lookup, ctx: DetectorContext<unknown>): void {
  if (lookup.explanation.strength !== 'strong') return;
  for (const row of ctx.reference.caseloadOf(lookup.subject)) {
    if (row.actor !== lookup.actor || row.domain === '') continue;
    const known = state.domains[row.domain];
    if (known === undefined && Object.keys(state.domains).length >= MAX_DOMAINS) continue;
    state.domains[row.domain] = Math.min(10_000, (known ?? 0) + 1);
    return;
  }
}

const isServed = (row: CaseloadRow, lookup: Lookup, state: State): boolean =>
  row.domain === '' ||
  row.actor === lookup.actor ||
  (row.unit !== '' && row.unit === lookup.official?.unit) ||
  state.domains[row.domain] !== undefined;

function faultOf(lookup: Lookup, state: State, ctx: DetectorContext<unknown>): Fault | null {
  const { caseRef, occurredAt } = lookup.event;
  if (caseRef === null) return null;
  const fault = caseFault(caseRef, lookup.subject, occurredAt, ctx.reference);
  if (fault !== null) return fault;
  const learned = Object.values(state.domains).reduce((sum, n) => sum + n, 0);
  if (learned < LEARNED || isCleared(lookup.explanation, 'weak')) return null;
  const rows = ctx.reference.casesByRef(caseRef);
  return rows.some((row) => isServed(row, lookup, state)) ? null : 'foreign';
}

function noteQuoted(state: State, lookup: Lookup, day: number): Quoted | null {
  if (lookup.event.caseRef === null) return null;
  const [ref] = hashPair(lookup.event.caseRef);
  const [person] = hashPair(lookup.subject);
  const at = state.quoted.findIndex((q) => q.ref === ref);
  const entry = at < 0 ? { ref, persons: [], day } : state.quoted.splice(at, 1)[0];
  if (entry === undefined) return null;
  if (!entry.persons.includes(person) && entry.persons.length < MAX_PERSONS)
    entry.persons.push(person);
  entry.day = day;
  state.quoted = state.quoted.filter((q) => q.day > day - MEMORY_DAYS).slice(-(MAX_QUOTED - 1));
  state.quoted.push(entry);
  return entry;
}

export const caseMismatch = defineDetector({
  meta: {
    id: 'case-mismatch',
    version: 1,
    title: 'Case number that does not fit',
    description: 'Detects quoted case numbers that are unknown, closed or about somebody else.',
    typologies: ['case-mismatch'],
    maturity: 'stable',
    dataUsed: ['quoted case numbers', 'caseload', 'households'],
    falsePositives: ['a typing error', 'the counterparty of a case', 'a case not delivered yet'],
    knownGaps: ['free text as a purpose', 'cases that name only one of several persons'],
    runbook: ['Open the quoted case: who is in it, and does the lookup fit its steps?'],
  },
  config: z.strictObject({
    prior: z.number().min(0.001).max(0.9).default(0.02),
    halfLifeDays: z.number().positive().default(9),
    minPersonsPerCase: z.int().min(2).default(4), // docs/detection.md 2.2
  }),
  reasons: [share.template, someoneElse.template, reused.template],
  start: (): State => ({ share: emptyShare(), quoted: [], domains: {} }),
  observeDay(day, state, ctx) {
    if (!ctx.reference.delivered.caseload) return [];
    const { config } = ctx;
    const faulty = new Map<Lookup, Fault>();
    let quoting = 0;
    for (const lookup of day.lookups) {
      learnDomains(state, lookup, ctx);
      if (lookup.event.caseRef === null) continue;
      quoting++;
      const fault = faultOf(lookup, state, ctx);
      if (fault !== null) faulty.set(lookup, fault);
    }
    if (day.lookups.length === 0) return [];
    const k = faulty.size;
    const found = addShare(state.share, day.day, k, quoting, {
      prior: config.prior,
      halfLife: config.halfLifeDays,
    });
    if (k === 0) return unremarkable('case-mismatch');
    const of = (kind: Fault) => [...faulty.values()].filter((f) => f === kind).length;
    const reason = share(k, found.usual * quoting, {
      total: quoting,
      count: found.k,
      unknown: of('unknown'),
      closed: of('closed'),
      other: of('other-person'),
      foreign: of('foreign'),
    });
    const open = [...faulty.keys()].filter((l) => !isCleared(l.explanation, 'weak'));
    const verdict = open.length > 0 ? 'unexplained' : 'explained';
    const events = eventsOf([...faulty.keys()]);
    const rules = rulesOf(day, state, faulty, quoting, ctx);
    return [...rules, dayDraft('case-mismatch', 'score', found.p, reason, events, verdict)];
  },
});

function rulesOf(
  day: ActorDay,
  state: State,
  faulty: ReadonlyMap<Lookup, Fault>,
  quoting: number,
  { config }: DetectorContext<{ prior: number; minPersonsPerCase: number }>,
): SignalDraft[] {
  const drafts: SignalDraft[] = [];
  const bySubject = new Map<Token, Lookup[]>();
  const reusedBy = new Map<Quoted, Lookup[]>();
  for (const [lookup, fault] of faulty) {
    if (fault !== 'other-person') continue;
    const entry = noteQuoted(state, lookup, day.day);
    if (entry !== null) reusedBy.set(entry, [...(reusedBy.get(entry) ?? []), lookup]);
    if (isCleared(lookup.explanation, 'weak')) continue;
    bySubject.set(lookup.subject, [...(bySubject.get(lookup.subject) ?? []), lookup]);
  }
  const expected = (config.prior / 4) * quoting;
  for (const [subject, lookups] of bySubject) {
    const p = ruleP(fromLn(lnTail(lookups.length, expected, 1)));
    const reason = someoneElse(lookups.length, expected);
    const draft = dayDraft('case-mismatch', 'rule', p, reason, eventsOf(lookups), 'unexplained');
    drafts.push({ ...draft, subject, floor: 'medium' });
  }
  for (const [entry, lookups] of reusedBy) {
    if (entry.persons.length < config.minPersonsPerCase) continue;
    const isOpen = lookups.some((l) => !isCleared(l.explanation, 'weak'));
    const verdict = isOpen ? 'unexplained' : 'explained';
    const p = ruleP(fromLn(lnTail(entry.persons.length, 0.1, 1)));
    const reason = reused(entry.persons.length, 0.1);
    const kind = isOpen ? 'rule' : 'support';
    const floor = floorUnder(verdict, 'medium');
    drafts.push(dayDraft('case-mismatch', kind, p, reason, eventsOf(lookups), verdict, floor));
  }
  return drafts;
}
