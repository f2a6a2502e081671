// What leaves the house, as drafts that a person sends: the notification by the sections of the AP's form,
// the letter to the people concerned, and the account of facts that a council asks for. In Dutch, because
// its readers are; an empty field says that it is not known, so that nobody takes a gap for a "no".
import { amsterdamWords } from '../../domain/time.ts';
import { type Breach, type BreachEvent, dueAt, type Facts, informDecisionOf } from './breach.ts';

export type Section = { title: string; fields: { label: string; value: string }[] };
export type Draft = { title: string; isComplete: boolean; missing: string[]; sections: Section[] };

const UNKNOWN = 'nog niet bekend';
const yesNo = (value: boolean | undefined): string =>
  value === undefined ? UNKNOWN : value ? 'ja' : 'nee';
const words = (value: string | undefined | null): string => value || UNKNOWN;
const moment = (at: number | null | undefined): string =>
  at == null ? UNKNOWN : amsterdamWords(at);
const list = (values: readonly string[] | undefined): string =>
  values === undefined || values.length === 0 ? UNKNOWN : values.join(', ');

const RISK = {
  unlikely: 'risico onwaarschijnlijk',
  risk: 'risico',
  'high-risk': 'hoog risico',
} as const;
const CAUSE = {
  'looked-up-without-work': 'gegevens geraadpleegd zonder werk',
  'passed-on': 'gegevens doorgegeven',
  sold: 'gegevens verkocht',
  'work-practice': 'werkwijze',
  'authorisation-fault': 'fout in autorisatie',
  'mis-sent': 'verkeerd verzonden',
  'lost-or-stolen': 'verloren of gestolen',
  'published-by-mistake': 'per ongeluk gepubliceerd',
  other: 'anders',
} as const;
const DECISION = {
  inform: 'betrokkenen informeren',
  'do-not-inform': 'betrokkenen niet informeren',
  'public-notice': 'openbare mededeling',
  delay: 'informeren uitstellen',
} as const;

/**
 * Draft of the notification of article 33, section by section as on the form of the AP. `missing` lists
 * what the form needs and nobody recorded yet: notifying in part is better than late.
 */
export function notificationDraft(breach: Breach, contact: string): Draft {
  const { facts } = breach;
  const first = breach.notifications.find((n) => n.phase === 'first');
  const decision = informDecisionOf(breach);
  const measures = breach.history.flatMap((e) =>
    e.kind === 'measure-taken' ? [`${moment(e.takenAt)}: ${e.text}`] : [],
  );
  const people =
    facts.people === undefined
      ? UNKNOWN
      : facts.people.least === facts.people.most
        ? String(facts.people.least)
        : `tussen ${facts.people.least} en ${facts.people.most}`;
  const sections: Section[] = [
    {
      title: 'Soort melding',
      fields: [
        { label: 'Melding', value: first === undefined ? 'eerste melding' : 'vervolgmelding' },
        { label: 'Nummer van de eerste melding', value: first?.number ?? 'niet van toepassing' },
      ],
    },
    { title: 'Contact', fields: [{ label: 'Contactpersoon', value: words(contact) }] },
    {
      title: 'Tijdlijn',
      fields: [
        { label: 'Begin van het datalek', value: moment(facts.startedAt) },
        { label: 'Einde van het datalek', value: moment(facts.endedAt) },
        { label: 'Eerste signaal', value: moment(breach.firstSignalAt) },
        { label: 'Bekend geworden', value: moment(breach.awareAt) },
        { label: 'Waarom dat moment', value: words(breach.awareReason) },
        {
          label: 'Uiterste moment van melden',
          value: breach.awareAt === null ? UNKNOWN : moment(dueAt(breach.awareAt)),
        },
      ],
    },
    {
      title: 'Feiten',
      fields: [
        { label: 'Wat is er gebeurd', value: words(facts.what) },
        { label: 'Oorzaak', value: facts.cause === undefined ? UNKNOWN : CAUSE[facts.cause] },
        { label: 'Systemen', value: list(facts.systems) },
      ],
    },
    {
      title: 'Gegevens',
      fields: [
        { label: 'Soorten gegevens', value: list(facts.dataKinds) },
        { label: 'Burgerservicenummers', value: yesNo(facts.hasBsn) },
        { label: 'Bijzondere persoonsgegevens', value: yesNo(facts.hasSpecialData) },
        {
          label: 'Aantal gegevensrecords',
          value: facts.records === undefined ? UNKNOWN : String(facts.records),
        },
      ],
    },
    {
      title: 'Betrokkenen',
      fields: [
        { label: 'Groepen', value: list(facts.peopleKinds) },
        { label: 'Aantal', value: people },
      ],
    },
    {
      title: 'Maatregelen vooraf',
      fields: [{ label: 'Beveiliging', value: words(facts.measuresBefore) }],
    },
    {
      title: 'Gevolgen',
      fields: [
        { label: 'Mogelijke gevolgen', value: words(facts.consequences) },
        { label: 'Risico', value: facts.risk === undefined ? UNKNOWN : RISK[facts.risk] },
        { label: 'Waarom', value: words(facts.riskReasons) },
      ],
    },
    {
      title: 'Informeren en maatregelen',
      fields: [
        {
          label: 'Besluit over informeren',
          value: decision === null ? UNKNOWN : DECISION[decision.decision],
        },
        { label: 'Reden', value: words(decision?.reasons) },
        {
          label: 'Genomen maatregelen',
          value: measures.length > 0 ? measures.join('; ') : words(facts.measuresAfter),
        },
      ],
    },
    {
      title: 'Internationaal',
      fields: [{ label: 'Betrokkenen in andere landen', value: yesNo(facts.crossBorder) }],
    },
    { title: 'Overig', fields: [{ label: 'Eigen kenmerk', value: breach.breachId }] },
  ];
  const missing = sections.flatMap((s) =>
    s.fields.filter((f) => f.value === UNKNOWN).map((f) => `${s.title}: ${f.label}`),
  );
  return { title: 'Concept melding datalek', isComplete: missing.length === 0, missing, sections };
}

/** A draft as Markdown, for people; the object itself is the form for machines. */
export const draftMarkdown = (draft: Draft): string =>
  `# ${draft.title}\n\n${draft.sections
    .map((s) => `## ${s.title}\n\n${s.fields.map((f) => `- ${f.label}: ${f.value}`).join('\n')}\n`)
    .join('\n')}`;

export type LetterFields = {
  municipality: string;
  what: string;
  dataKinds: string;
  consequences: string;
  whatWeDid: string;
  whatYouCanDo: string;
  contact: string;
};
/**
 * The letter to one person concerned (article 34), in plain words and without a single name of staff.
 * What the recording lacks is refused rather than left empty. Throws RangeError naming the field.
 */
export function letter(fields: LetterFields): string {
  for (const [name, value] of Object.entries(fields))
    if (value.trim() === '') throw new RangeError(`the letter lacks: ${name}`);
  return `Geachte heer of mevrouw,

Gegevens van u zijn bekeken of gebruikt terwijl dat niet mocht. In deze brief leest u wat er is gebeurd en wat u kunt doen.

**Wat is er gebeurd?** ${fields.what}

**Om welke gegevens gaat het?** ${fields.dataKinds}

**Wat kan dit voor u betekenen?** ${fields.consequences}

**Wat hebben wij gedaan?** ${fields.whatWeDid}

**Wat kunt u doen?** ${fields.whatYouCanDo}

**Heeft u vragen?** ${fields.contact}

Wij vinden het erg dat dit is gebeurd.

Gemeente ${fields.municipality}
`;
}

const PHASE = {
  first: 'eerste melding',
  'follow-up': 'vervolgmelding',
  withdrawal: 'intrekking',
} as const;
const after = (prefix: string, text: string | null): string => (text === null ? '' : prefix + text);

const FACT: Readonly<Record<keyof Facts, string>> = {
  what: 'wat er is gebeurd',
  cause: 'oorzaak',
  startedAt: 'begin',
  endedAt: 'einde',
  systems: 'systemen',
  dataKinds: 'soorten gegevens',
  hasBsn: 'burgerservicenummers',
  hasSpecialData: 'bijzondere persoonsgegevens',
  peopleKinds: 'groepen mensen',
  people: 'aantal mensen',
  records: 'aantal records',
  consequences: 'gevolgen',
  risk: 'risico',
  riskReasons: 'reden van het risico',
  measuresBefore: 'beveiliging vooraf',
  measuresAfter: 'maatregelen',
  crossBorder: 'andere landen',
};
const factNames = (facts: Facts): string[] =>
  (Object.keys(facts) as (keyof Facts)[]).map((name) => FACT[name]);

function told(e: BreachEvent): string {
  switch (e.kind) {
    case 'opened':
      return `Dossier geopend: ${e.reason}`;
    case 'signal-received':
      return `Signaal van ${e.from} aan ${e.toldTo}`;
    case 'awareness-decided':
      return `Vastgesteld dat het datalek bekend werd op ${moment(e.awareAt)}: ${e.reason}`;
    case 'facts-recorded':
      return `Feiten vastgelegd: ${factNames(e.facts).join(', ')}`;
    case 'measure-taken':
      return `Maatregel: ${e.text}`;
    case 'advice-given':
      return `Advies: ${e.text}`;
    case 'notified':
      return `Gemeld bij de AP (${PHASE[e.phase]}, nummer ${e.number})${after('; later dan 72 uur: ', e.lateReason)}`;
    case 'not-notifiable':
      return `Besloten niet te melden: ${e.reason}`;
    case 'authority-reacted':
      return `Reactie van de AP: ${e.text}`;
    case 'inform-decided':
      return (
        `Besluit: ${DECISION[e.decision]} (${RISK[e.risk]}). Bekend was: ${e.factsKnown}. Reden: ${e.reasons}` +
        after('. Advies: ', e.advice) +
        (e.delay === null ? '' : `. Uitstel tot ${moment(e.delay.until)}: ${e.delay.ground}`)
      );
    case 'people-informed':
      return `${e.number} betrokkenen geïnformeerd: ${e.how}`;
    case 'closed':
      return `Gesloten. Geleerd: ${e.lesson}`;
  }
}

/** When something happened, as far as the event says so; else when it was recorded. */
function happenedAt(event: BreachEvent): number {
  switch (event.kind) {
    case 'signal-received':
      return event.receivedAt;
    case 'measure-taken':
      return event.takenAt;
    case 'notified':
      return event.sentAt;
    case 'authority-reacted':
      return event.reactedAt;
    case 'people-informed':
      return event.informedAt;
    default:
      return event.at;
  }
}

/**
 * The account of facts (feitenrelaas): what happened when, and when it was written down where that was
 * later. Built from the history alone, so that it cannot say more than was recorded.
 */
export function accountOfFacts(breach: Breach): { at: number; recordedAt: number; text: string }[] {
  return breach.history
    .map((event, index) => ({
      at: happenedAt(event),
      recordedAt: event.at,
      text: told(event),
      index,
    }))
    .sort((a, b) => a.at - b.at || a.index - b.index)
    .map(({ at, recordedAt, text }) => ({ at, recordedAt, text }));
}

/** The account as Markdown: a table of time, what, and when it was recorded. */
export const accountMarkdown = (breach: Breach): string =>
  `# Feitenrelaas ${breach.breachId}\n\n| Wanneer | Wat | Vastgelegd |\n|---|---|---|\n${accountOfFacts(
    breach,
  )
    .map(
      (line) =>
        `| ${moment(line.at)} | ${line.text.replaceAll('|', '\\|').replaceAll('\n', ' ')} | ${moment(line.recordedAt)} |`,
    )
    .join('\n')}\n`;
