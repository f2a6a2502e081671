import { explain } from '../detectors/explain/explain.ts';
import type { Alert } from '../domain/alert.ts';
import type { AuditEvent } from '../domain/event.ts';
import type { ReferenceData, ReferenceRows } from '../domain/reference.ts';
import { toIso } from '../domain/time.ts';
import type { Token } from '../domain/token.ts';
import type { CaseFile } from '../evidence/package/case-file.ts';
import type { Case } from '../review/case.ts';

type Context = Pick<
  CaseFile,
  | 'identityResolution'
  | 'authorisations'
  | 'roster'
  | 'explanation'
  | 'exculpatory'
  | 'baseline'
  | 'clocks'
>;
const iso = (at: number | null): string | null => (at === null ? null : toIso(at));
const count = <T>(all: readonly T[], test: (one: T) => boolean): number => all.filter(test).length;

/** What reference data say about the lookups of a case, found or looked for in vain. In Dutch. */
export function contextOf(
  kase: Case,
  alerts: readonly Alert[],
  episode: readonly AuditEvent[],
  window: { from: number; to: number },
  rows: ReferenceRows,
  reference: ReferenceData,
): Context {
  const actors = new Set(kase.links.flatMap((l) => l.actors));
  const subjects = [...new Set(episode.flatMap((e) => e.subject ?? []))];
  const officials = rows.officials.filter((o) => actors.has(o.actor));
  const { delivered } = rows;
  const explained = explainAll(episode, reference);
  const caseRefs = episode.flatMap((e) => e.caseRef ?? []);
  const caseload = subjects.flatMap((subject) => [...reference.caseloadOf(subject)]);
  const isOwn = ({ actor, unit }: (typeof caseload)[number]): boolean =>
    actor !== null ? actors.has(actor) : officials.some((o) => o.unit === unit);
  const source = (lookedFor: string, isAvailable: boolean, found: number, name = 'caseload') => ({
    ...{ source: name, lookedFor, isAvailable, found },
  });
  const known = officials.filter((o) => o.persons.length > 0);
  const units = [...new Set(officials.map((o) => o.unit))];
  const onLeave = count(
    episode,
    (e) => e.actor !== null && reference.onLeave(e.actor.token, e.occurredAt),
  );
  const kept = rows.roster.filter(
    (r) => actors.has(r.actor) && r.to > window.from && r.from < window.to,
  );
  return {
    identityResolution: [
      known.length > 0
        ? 'Het account is in het personeelsbestand aan een persoon gekoppeld.'
        : 'Het account is in geen aangeleverd bestand aan een persoon gekoppeld.',
      ...(officials.some((o) => o.kind === 'service')
        ? ['Het account staat te boek als systeemaccount: wie het gebruikte, is niet vastgesteld.']
        : []),
      'Of het account door meer mensen werd gebruikt en of met een tweede factor werd aangemeld, blijkt niet uit deze logregels.',
    ],
    authorisations: officials.map((o) => ({
      ...{ what: `rol ${o.role}, afdeling ${o.unit}`, source: 'personeelsbestand' },
      ...{ from: iso(o.from), to: iso(o.to) },
    })),
    roster: kept.map((r) => ({ what: r.kind, from: toIso(r.from), to: toIso(r.to) })),
    explanation: [
      source(
        'zaak of werkitem van deze personen bij de medewerker of afdeling',
        delivered.caseload,
        count(caseload, (r) => isOwn(r) && (r.kind === 'case' || r.kind === 'workitem')),
      ),
      source(
        'afspraak of contact van deze personen bij de medewerker of afdeling',
        delivered.caseload,
        count(caseload, (r) => isOwn(r) && (r.kind === 'appointment' || r.kind === 'contact')),
      ),
      source(
        'zaak van deze personen bij anderen',
        delivered.caseload,
        count(caseload, (r) => !isOwn(r)),
      ),
      source(
        'zaaknummer vermeld bij de raadpleging en bekend',
        delivered.caseload,
        count(caseRefs, (ref) => reference.casesByRef(ref).length > 0),
      ),
      source(
        'mandaat van de medewerker',
        delivered.caseload,
        [...actors].reduce((n, actor) => n + reference.mandatesOf(actor).length, 0),
      ),
      source(
        'raadplegingen met een verklaring, alle sjablonen samen',
        delivered.caseload,
        explained,
      ),
      source('raadplegingen tijdens verlof', delivered.roster, onLeave, 'rooster'),
    ],
    exculpatory: [
      ...(explained > 0
        ? [`Voor ${explained} van ${episode.length} raadplegingen is een verklaring gevonden.`]
        : []),
      ...(caseRefs.length > 0
        ? [`Bij ${caseRefs.length} raadplegingen is een zaaknummer vermeld.`]
        : []),
      ...kase.hearings.flatMap((h) =>
        h.answer?.text ? [`Antwoord op de vraag van ${toIso(h.askedAt)}: ${h.answer.text}`] : [],
      ),
    ],
    baseline: {
      from: toIso(window.from),
      to: episode[0] === undefined ? toIso(window.to) : toIso(episode[0].occurredAt),
      peerGroup: {
        name: units.length > 0 ? units.join(', ') : 'niet bekend',
        officials: units.length > 0 ? peers(units, reference) : null,
      },
      numbers: alerts.flatMap((alert) =>
        alert.reasons.map((r) => ({
          name: `${r.text.nl} [${r.detector}, vergeleken met ${r.comparedWith}]`,
          ...{ observed: r.observed, usual: r.expected, unit: r.unit },
        })),
      ),
    },
    clocks: [...new Set(episode.map((e) => e.system))]
      .sort()
      .map((system) => ({ system, offsetMs: null, source: 'niet gemeten' })),
  };
}

const peers = (units: readonly string[], reference: ReferenceData): number =>
  new Set(units.flatMap((unit): Token[] => [...reference.unitActors(unit)])).size;

function explainAll(episode: readonly AuditEvent[], reference: ReferenceData): number {
  const history = new Map();
  return count(episode, (event) => {
    const official = event.actor && reference.official(event.actor.token, event.occurredAt);
    return explain(event, official, reference, history).verdict === 'explained';
  });
}
