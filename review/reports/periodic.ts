// The monthly report for the data protection officer and the board, and the overview of a year as the
// authority may ask for it. Everything about officials is counts of five and more.
import type { Block, Language, ReportDocument } from '../../domain/document.ts';
import type { ReportFacts } from './facts.ts';
import { type Counted, shownCount, withoutSmall } from './small-numbers.ts';
import { inCount, inDay, inShare, type Say, sayIn, wordOf } from './words.ts';

export type PeriodicInput = {
  facts: ReportFacts;
  language: Language;
  organisation: string;
  period: string;
  /** Titles of typologies by name, in the language of the report. */
  titleOf(typology: string): string;
  /** Works council decision, DPIA and mode, as configured. */
  governance: {
    mode: string;
    consents: {
      detector: string;
      version: number;
      councilReference: string;
      decidedOn: string;
      dpiaReference: string;
    }[];
  };
};

const heading = (text: string, level: 1 | 2 = 2): Block => ({ kind: 'heading', level, text });
const paragraph = (text: string): Block => ({ kind: 'paragraph', text });

function countTable(
  counts: readonly Counted[],
  nameOf: (name: string) => string,
  head: [string, string],
  language: Language,
): Block[] {
  const say = sayIn(language);
  if (counts.length === 0) return [paragraph(say('Geen.', 'None.'))];
  const { rows, total } = withoutSmall(counts);
  return [
    {
      kind: 'table',
      head,
      rows: [
        ...rows.map((r) => [nameOf(r.name), inCount(r.count, language)]),
        [say('Totaal', 'Total'), inCount(total, language)],
      ],
    },
  ];
}

function coverageBlocks({ facts, language }: PeriodicInput, say: Say): Block[] {
  const { rows } = facts.coverage;
  const events = rows.reduce((n, r) => n + r.events, 0);
  const judged = rows.reduce((n, r) => n + r.judged, 0);
  const number = (n: number): string => inCount(n, language);
  return [
    heading(say('Wat is gelezen en beoordeeld', 'What was read and judged')),
    paragraph(
      say(
        `${number(events)} raadplegingen opgeslagen, waarvan ${inShare(judged, events, language)} beoordeeld door ten minste een detector.`,
        `${number(events)} lookups stored, ${inShare(judged, events, language)} of them judged by at least one detector.`,
      ),
    ),
    {
      kind: 'table',
      head: [
        say('Systeem', 'System'),
        say('Maand', 'Month'),
        say('Raadplegingen', 'Lookups'),
        say('Beoordeeld', 'Judged'),
        say('Niet beoordeeld, waarom', 'Not judged, why'),
        say('Bron zweeg', 'Source silent'),
      ],
      rows: rows.map((r) => [
        ...[r.system, r.month, number(r.events), inShare(r.judged, r.events, language)],
        Object.entries(r.notJudged)
          .map(([why, n]) => `${wordOf(why, language)}: ${number(n)}`)
          .join('; ') || '–',
        r.silent.length === 0 ? '–' : say(`${r.silent.length} keer`, `${r.silent.length} times`),
      ]),
    },
  ];
}

function alertBlocks({ facts, language, titleOf }: PeriodicInput, say: Say): Block[] {
  const { alerts } = facts;
  const one = (n: number): string => inCount(shownCount(n), language);
  const hours = alerts.medianHours;
  const name = say('Soort', 'Kind');
  const count = say('Aantal', 'Number');
  return [
    heading(say('Meldingen', 'Alerts')),
    ...countTable(alerts.byTypology, titleOf, [name, count], language),
    ...countTable(
      alerts.byState,
      (s) => wordOf(s, language),
      [say('Stand', 'State'), count],
      language,
    ),
    paragraph(
      hours === null
        ? say(
            'Er zijn te weinig beslissingen voor een doorlooptijd.',
            'Too few decisions for a time to decide.',
          )
        : say(
            `De helft werd binnen ${Math.round(hours)} uur beslist; ${one(alerts.undecided)} meldingen zijn nog niet beslist.`,
            `Half were decided within ${Math.round(hours)} hours; ${one(alerts.undecided)} alerts are undecided.`,
          ),
    ),
  ];
}

function caseBlocks({ facts, language }: PeriodicInput, say: Say): Block[] {
  const { cases, reveals, watches } = facts;
  const one = (n: number): string => inCount(shownCount(n), language);
  return [
    heading(say('Zaken, onthullingen en gerichte controles', 'Cases, reveals and watches')),
    ...countTable(
      cases.closed,
      (d) => wordOf(d, language),
      [say('Uitkomst van gesloten zaken', 'Outcome of closed cases'), say('Aantal', 'Number')],
      language,
    ),
    {
      kind: 'list',
      texts: [
        say(
          `Zaken geopend: ${one(cases.opened)}; nog in behandeling: ${one(cases.running)}.`,
          `Cases opened: ${one(cases.opened)}; still running: ${one(cases.running)}.`,
        ),
        say(
          `Onthullingen gevraagd: ${one(reveals.requested)}, toegestaan: ${one(reveals.granted)}, geweigerd: ${one(reveals.refused)}; keren ingezien: ${one(reveals.views)}.`,
          `Reveals asked for: ${one(reveals.requested)}, granted: ${one(reveals.granted)}, refused: ${one(reveals.refused)}; times looked at: ${one(reveals.views)}.`,
        ),
        say(
          `Bewijspakketten goedgekeurd: ${one(facts.exports)}.`,
          `Evidence packages agreed to: ${one(facts.exports)}.`,
        ),
        say(
          `Gerichte controles begonnen: ${one(watches.began)}, beëindigd: ${one(watches.ended)}, achteraf geïnformeerd: ${one(watches.told)}.`,
          `Watches begun: ${one(watches.began)}, ended: ${one(watches.ended)}, told afterwards: ${one(watches.told)}.`,
        ),
        watches.overdue === 0
          ? say(
              'Niemand wacht te lang op bericht over een gerichte controle.',
              'Nobody waits too long to be told of a watch.',
            )
          : say(
              'LET OP: een gerichte controle is beëindigd zonder dat de medewerker op tijd is geïnformeerd.',
              'NOTE: a watch has ended of which the official was not told in time.',
            ),
      ],
    },
  ];
}

function sampleBlocks({ facts, language }: PeriodicInput, say: Say): Block[] {
  const share = (value: number): string =>
    `${(100 * value).toLocaleString(language === 'nl' ? 'nl-NL' : 'en-GB', { maximumFractionDigits: 2 })} %`;
  return [
    heading(say('Wat misten de meldingen: steekproeven', 'What the alerts missed: samples')),
    facts.samples.length === 0
      ? paragraph(
          say(
            'In deze periode is geen steekproef getrokken.',
            'No sample was drawn in this period.',
          ),
        )
      : {
          kind: 'table',
          head: [
            say('Getrokken', 'Drawn'),
            say('Uit', 'Out of'),
            say('Beoordeeld', 'Reviewed'),
            say('Gemist', 'Missed'),
            say('95 %-interval', '95 % interval'),
          ],
          rows: facts.samples.map((s) => [
            ...[inDay(s.drawnAt), inCount(s.frame, language), inCount(s.reviewed, language)],
            ...[inCount(shownCount(s.missed), language), `${share(s.low)} – ${share(s.high)}`],
          ]),
        },
  ];
}

function breachBlocks({ facts, language }: PeriodicInput, say: Say): Block[] {
  const { breaches: b } = facts;
  return [
    heading(say('Datalekken', 'Breaches')),
    {
      kind: 'list',
      texts: [
        say(`Dossiers geopend: ${b.opened}.`, `Files opened: ${b.opened}.`),
        say(
          `Gemeld bij de AP: ${b.notified}, waarvan later dan 72 uur: ${b.late}; niet meldplichtig: ${b.notNotifiable}.`,
          `Notified to the authority: ${b.notified}, later than 72 hours: ${b.late}; not notifiable: ${b.notNotifiable}.`,
        ),
        say(
          `Termijn verstreken zonder melding: ${b.overdue}; bekendheid nog niet vastgesteld: ${b.undecided}.`,
          `Past the term and not notified: ${b.overdue}; awareness not decided: ${b.undecided}.`,
        ),
        say(
          `Mensen geïnformeerd: ${inCount(shownCount(b.informed), language)}; gesloten met een les: ${b.withLesson}.`,
          `People informed: ${inCount(shownCount(b.informed), language)}; closed with a lesson: ${b.withLesson}.`,
        ),
      ],
    },
  ];
}

function upkeepBlocks({ facts, language }: PeriodicInput, say: Say): Block[] {
  const overdue = facts.tasks.overdue;
  return [
    heading(say('Bewaren en wissen', 'Keeping and erasing')),
    facts.erasures.length === 0
      ? paragraph(say('In deze periode is niets gewist.', 'Nothing was erased in this period.'))
      : {
          kind: 'table',
          head: [
            say('Soort', 'Kind'),
            say('Gewist', 'Erased'),
            say('Door een hold bewaard', 'Kept by a hold'),
          ],
          rows: facts.erasures.map((e) => [
            ...[wordOf(e.kind, language), inCount(e.erased, language), inCount(e.held, language)],
          ]),
        },
    heading(say('Wat te laat is', 'What is overdue')),
    overdue.length === 0
      ? paragraph(say('Niets.', 'Nothing.'))
      : {
          kind: 'list',
          texts: overdue.map((t) =>
            say(
              `${wordOf(t.kind === 'breach' ? 'breach_task' : t.kind, language)} (${t.objectId}): had klaar moeten zijn op ${inDay(t.dueAt)}`,
              `${wordOf(t.kind === 'breach' ? 'breach_task' : t.kind, language)} (${t.objectId}): was due on ${inDay(t.dueAt)}`,
            ),
          ),
        },
  ];
}

const opening = (input: PeriodicInput, title: string, say: Say): Block[] => [
  heading(title, 1),
  paragraph(
    say(
      `${input.organisation}. Periode ${inDay(input.facts.window.from)} tot en met ${inDay(input.facts.window.to - 1)}, naar de stand van ${inDay(input.facts.now)}. Aantallen onder de vijf worden niet getoond; niemand is uit dit rapport te herleiden. Een melding beschuldigt niemand.`,
      `${input.organisation}. Period ${inDay(input.facts.window.from)} up to and including ${inDay(input.facts.window.to - 1)}, as of ${inDay(input.facts.now)}. Numbers under five are not shown; nobody can be recognised from this report. An alert accuses nobody.`,
    ),
  ),
];
const documentOf = (input: PeriodicInput, title: string, blocks: Block[]): ReportDocument => ({
  ...{ title, language: input.language, madeAt: input.facts.now, author: input.organisation },
  blocks,
});

/** The monthly report for the data protection officer and the board. */
export function monthlyReport(input: PeriodicInput): ReportDocument {
  const say = sayIn(input.language);
  const title = say(
    `Maandrapport toezicht ${input.period}`,
    `Monthly oversight report ${input.period}`,
  );
  return documentOf(input, title, [
    ...opening(input, title, say),
    ...coverageBlocks(input, say),
    ...alertBlocks(input, say),
    ...caseBlocks(input, say),
    ...sampleBlocks(input, say),
    ...breachBlocks(input, say),
    ...upkeepBlocks(input, say),
  ]);
}

function registerBlocks({ facts, language }: PeriodicInput, say: Say): Block[] {
  const { rows, trends } = facts.breaches;
  const day = (iso: string): string => (iso === '' ? '–' : inDay(Date.parse(iso)));
  return [
    heading(
      say('Register van datalekken (art. 33 lid 5 AVG)', 'Register of breaches (art. 33(5) GDPR)'),
    ),
    rows.length === 0
      ? paragraph(say('Geen datalekken in deze periode.', 'No breaches in this period.'))
      : {
          kind: 'table',
          head: [
            say('Dossier', 'File'),
            say('Bekend op', 'Aware at'),
            say('Gemeld op', 'Notified at'),
            say('Reden van vertraging', 'Reason of delay'),
            say('Oorzaak', 'Cause'),
            say('Risico', 'Risk'),
            say('Betrokkenen', 'People told'),
            say('Versies', 'Versions'),
          ],
          rows: rows.map((r) => [
            ...[r.breachId.slice(0, 10), day(r.awareAt)],
            r.notNotifiableReason === ''
              ? day(r.notifiedAt)
              : say('niet meldplichtig', 'not notifiable'),
            ...[r.lateReason || '–', wordOf(r.cause || 'unknown', language), r.risk || '–'],
            ...[r.informDecision || '–', r.versions],
          ]),
        },
    heading(say('Oorzaken over de jaren', 'Causes over the years')),
    trends.length === 0
      ? paragraph(say('Nog geen datalekken in het register.', 'No breaches in the register yet.'))
      : {
          kind: 'table',
          head: [
            say('Oorzaak', 'Cause'),
            say('Totaal', 'Total'),
            say('Met les', 'With a lesson'),
            say('Te laat gemeld', 'Notified late'),
            say('Vier kwartalen tegen de vier ervoor', 'Four quarters against the four before'),
          ],
          rows: trends.map((t) => [
            ...[wordOf(t.cause, language), String(t.total), String(t.withLesson)],
            ...[
              String(t.notifiedLate),
              t.change === null ? '–' : t.change > 0 ? `+${t.change}` : String(t.change),
            ],
          ]),
        },
  ];
}

/** The overview of a year: how the logs were controlled, and the register with what was learned. */
export function yearlyReport(input: PeriodicInput): ReportDocument {
  const { governance, language } = input;
  const say = sayIn(language);
  const title = say(
    `Jaaroverzicht controle op logging ${input.period}`,
    `Yearly overview of log control ${input.period}`,
  );
  const { consents, mode } = governance;
  return documentOf(input, title, [
    ...opening(input, title, say),
    heading(say('Grondslag en instemming', 'Ground and consent')),
    paragraph(
      mode === 'production'
        ? say(
            'Detectoren werken alleen na instemming van de ondernemingsraad en een DPIA.',
            'Detectors work only after consent of the works council and a DPIA.',
          )
        : say(
            'De installatie staat op proef: er wordt met proefgegevens of voor een besluit gewerkt.',
            'The installation is on trial: it works with trial data or before a decision.',
          ),
    ),
    ...(consents.length === 0
      ? []
      : [
          {
            kind: 'table' as const,
            head: [
              'Detector',
              say('Versie', 'Version'),
              say('Besluit OR', 'Council decision'),
              say('Datum', 'Date'),
              'DPIA',
            ],
            rows: consents.map((c) => [
              ...[c.detector, String(c.version), c.councilReference, c.decidedOn, c.dpiaReference],
            ]),
          },
        ]),
    ...coverageBlocks(input, say),
    ...alertBlocks(input, say),
    ...caseBlocks(input, say),
    ...sampleBlocks(input, say),
    ...breachBlocks(input, say),
    ...registerBlocks(input, say),
    ...upkeepBlocks(input, say),
  ]);
}
