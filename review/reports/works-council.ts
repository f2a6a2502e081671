// The pack for the works council: every detector with what it does and cannot do, who may see what, how long
// things are kept, and a DPIA filled in as far as the settings tell. What an organisation must say itself is
// left open and marked.
import type { Block, Language, ReportDocument } from '../../domain/document.ts';
import type { Governance } from '../governance.ts';
import { gateOf } from '../governance.ts';
import { LEAST_SHOWN } from './small-numbers.ts';
import { sayIn, wordOf } from './words.ts';

export type RegisteredDetector = {
  detectorId: string;
  version: number;
  title: { nl: string; en: string };
  detects: string;
  innocent: { nl: string; en: string };
  dataUsed: readonly string[];
  knownGaps: readonly string[];
  settings: Record<string, unknown>;
};
export type PackInput = {
  language: Language;
  madeAt: number;
  organisation: { name: string; contact: string };
  governance: Governance;
  detectors: readonly RegisteredDetector[];
  budget: number;
  systems: readonly { system: string; regime: string }[];
  /** Days by kind and state. */
  retention: readonly { kind: string; state: string; days: number | null }[];
  /** What each role may do, by the table of access. */
  roles: readonly { role: string; reads: number; writes: number; identities: boolean }[];
};

const ROLES: Record<string, [nl: string, en: string]> = {
  'security-officer': [
    'beveiligingsfunctionaris: kenmerken en redenen, geen identiteit',
    'security officer: tokens and reasons, no identity',
  ],
  'integrity-investigator': [
    'integriteitsonderzoeker: eigen zaken; identiteit zolang een onthulling loopt',
    'integrity investigator: own cases; identity while a reveal is open',
  ],
  fg: [
    'functionaris gegevensbescherming: toezicht, heel het logboek',
    'data protection officer: oversight, the whole review log',
  ],
  auditor: [
    'auditor: aantallen, logboek in kenmerken',
    'auditor: counts, the review log in tokens',
  ],
  administrator: [
    'beheerder: werking van het systeem, geen meldingen',
    'administrator: health of the system, no alerts',
  ],
};

/** Register of detectors, safeguards and DPIA. */
export function worksCouncilPack(input: PackInput): ReportDocument {
  const { language, organisation, governance } = input;
  const say = sayIn(language);
  const h = (text: string, level: 1 | 2 = 2): Block => ({ kind: 'heading', level, text });
  const p = (text: string): Block => ({ kind: 'paragraph', text });
  const list = (...texts: string[]): Block => ({ kind: 'list', texts });
  const open = say('[door de organisatie in te vullen]', '[to be filled in by the organisation]');
  const title = say(
    'Ondernemingsraad: register van detectoren en DPIA',
    'Works council: register of detectors and DPIA',
  );
  const consentOf = (id: string, version: number): string => {
    const own = governance.consents.filter((c) => c.detector === id).at(-1);
    const gate = gateOf({ id, version }, { ...governance, mode: 'production' });
    if (gate === null && own !== undefined)
      return `${own.councilReference}, ${own.decidedOn}, DPIA ${own.dpiaReference}`;
    return gate === 'version-not-agreed'
      ? say(`alleen versie ${own?.version ?? '?'}`, `version ${own?.version ?? '?'} only`)
      : say('nog geen besluit', 'no decision yet');
  };
  const blocks: Block[] = [
    h(title, 1),
    p(
      say(
        `${organisation.name} (${organisation.contact}). Opgemaakt uit de instellingen zoals zij nu gelden. Deze stukken horen bij de aanvraag om instemming (WOR art. 27 lid 1 onder k en l).`,
        `${organisation.name} (${organisation.contact}). Made from the settings in force. These papers belong to the request for consent (Works Councils Act, art. 27(1)(k) and (l)).`,
      ),
    ),
    h(say('Wat het systeem doet en niet doet', 'What the system does and does not')),
    list(
      say(
        'Het leest logregels van wie welke persoonsgegevens inzag, en zoekt bij elke raadpleging wat haar rechtvaardigt.',
        'It reads log lines of who looked into whose personal data, and seeks for each lookup what justifies it.',
      ),
      say(
        'Medewerkers en inwoners zijn kenmerken. Een identiteit wordt alleen zichtbaar als twee mensen daartoe besluiten.',
        'Staff and residents are tokens. An identity becomes visible only when two people decide so.',
      ),
      say(
        `Het toont hooguit ${input.budget} melding per 1.000 medewerkers per werkdag. Een melding is een vraag, geen oordeel.`,
        `It shows at most ${input.budget} alert per 1,000 officials per working day. An alert is a question, no verdict.`,
      ),
      say(
        `Geen aanwezigheid, snelheid, productie of rangorde van medewerkers; geen cijfers over groepen kleiner dan ${LEAST_SHOWN}; geen gebruik voor beoordeling.`,
        `No presence, speed, output or ranking of staff; no figures on groups under ${LEAST_SHOWN}; no use for appraisal.`,
      ),
      say(
        'Een gerichte controle op een medewerker vergt een grond, twee anderen die instemmen en een einddatum, en wordt achteraf altijd gemeld.',
        'A watch on one official takes a ground, two others who agree and an end date, and is always told afterwards.',
      ),
      governance.mode === 'production'
        ? say(
            'De installatie staat in productie: zonder besluit hieronder meldt een detector niets.',
            'The installation is in production: without a decision below a detector raises nothing.',
          )
        : say('De installatie staat op proef.', 'The installation is on trial.'),
    ),
    h(say('Register van detectoren', 'Register of detectors')),
    {
      kind: 'table',
      head: [
        say('Detector', 'Detector'),
        say('Versie', 'Version'),
        say('Gebruikt', 'Uses'),
        say('Onschuldige verklaring', 'Innocent explanation'),
        say('Besluit', 'Decision'),
      ],
      rows: input.detectors.map((d) => [
        ...[d.title[language], String(d.version), d.dataUsed.join(', '), d.innocent[language]],
        consentOf(d.detectorId, d.version),
      ]),
    },
    h(say('Bekende grenzen en instellingen', 'Known limits and settings')),
    list(
      ...input.detectors.map(
        (d) =>
          `${d.title[language]} (${d.detectorId}): ${d.detects} ${say('Mist', 'Misses')}: ${d.knownGaps.join('; ') || '–'}. ${say('Instellingen', 'Settings')}: ${JSON.stringify(d.settings)}.`,
      ),
    ),
    h(say('Wie ziet wat', 'Who sees what')),
    {
      kind: 'table',
      head: [
        say('Rol', 'Role'),
        say('Leest', 'Reads'),
        say('Handelt', 'Acts'),
        say('Identiteit', 'Identity'),
      ],
      rows: input.roles.map((r) => [
        ROLES[r.role]?.[language === 'nl' ? 0 : 1] ?? r.role,
        ...[String(r.reads), String(r.writes)],
        r.identities ? say('na een onthulling', 'after a reveal') : say('nee', 'no'),
      ]),
    },
    h(say('Bewaartermijnen', 'Retention')),
    {
      kind: 'table',
      head: [say('Soort', 'Kind'), say('Stand', 'State'), say('Dagen', 'Days')],
      rows: input.retention.map((r) => [
        ...[wordOf(r.kind, language), r.state === '' ? '–' : r.state],
        r.days === null
          ? say('zolang iets ernaar verwijst', 'while something refers to it')
          : String(r.days),
      ]),
    },
    h(say('DPIA', 'DPIA'), 1),
    ...dpia(input, say, h, p, list, open),
  ];
  return { title, language, madeAt: input.madeAt, author: organisation.name, blocks };
}

/** Article 35(7) GDPR, part by part. */
function dpia(
  input: PackInput,
  say: (nl: string, en: string) => string,
  h: (text: string) => Block,
  p: (text: string) => Block,
  list: (...texts: string[]) => Block,
  open: string,
): Block[] {
  const { systems, detectors, retention } = input;
  const days = (kind: string): string =>
    String(retention.find((r) => r.kind === kind)?.days ?? say('onbepaald', 'undetermined'));
  const data = [...new Set(detectors.flatMap((d) => d.dataUsed))].sort();
  return [
    h(say('1. Beschrijving van de verwerking', '1. Description of the processing')),
    list(
      `${say('Verwerkingsverantwoordelijke', 'Controller')}: ${input.organisation.name} (${input.organisation.contact})`,
      say(
        'Doel: onrechtmatig inzien van persoonsgegevens door medewerkers voorkomen en vinden (AVG art. 5 lid 1 onder f, 24, 32).',
        'Purpose: preventing and finding unlawful lookups of personal data by staff (GDPR art. 5(1)(f), 24, 32).',
      ),
      `${say('Grondslag', 'Ground')}: ${open}`,
      `${say('Bronnen', 'Sources')}: ${systems.map((s) => `${s.system} (${s.regime.toUpperCase()})`).join(', ') || open}`,
      `${say('Gegevens', 'Data')}: ${data.join(', ')}`,
      say(
        'Betrokkenen: medewerkers met toegang, en inwoners van wie gegevens zijn ingezien.',
        'Data subjects: staff with access, and residents whose data were looked up.',
      ),
      `${say('Ontvangers', 'Recipients')}: ${say('de rollen hierboven; bij een overdracht de Rijksrecherche of politie, na goedkeuring door twee mensen', 'the roles above; on referral the authorities, after approval by two people')}`,
      `${say('Bewaren', 'Retention')}: ${say(`raadplegingen ${days('event')} dagen, meldingen zonder gevolg ${days('alert')} dagen`, `lookups ${days('event')} days, alerts without consequence ${days('alert')} days`)}`,
    ),
    h(say('2. Noodzaak en evenredigheid', '2. Necessity and proportionality')),
    list(
      say(
        'Alle logregels worden gelezen: steekproeven alleen zijn volgens de AP niet systematisch en risicogericht.',
        'All log lines are read: according to the authority spot checks alone are neither systematic nor risk-based.',
      ),
      say(
        'Verklaarde raadplegingen leiden niet tot een melding; familiegegevens geven alleen soort en graad van een band.',
        'Explained lookups raise no alert; family data give kind and degree of a tie only.',
      ),
      `${say('Waarom een lichter middel niet volstaat', 'Why a lighter means does not suffice')}: ${open}`,
    ),
    h(say('3. Risico’s en maatregelen', '3. Risks and measures')),
    {
      kind: 'table',
      head: [say('Risico', 'Risk'), say('Maatregel', 'Measure')],
      rows: [
        [
          say('Een medewerker wordt ten onrechte verdacht', 'An official is wrongly suspected'),
          say(
            'redenen met getallen, onschuldige verklaring, hoor en wederhoor, tweede persoon bij elk verwijt',
            'reasons with numbers, innocent explanation, hearing, a second person for any blame',
          ),
        ],
        [
          say(
            'Het systeem wordt een personeelsvolgsysteem',
            'The system becomes a means to track staff',
          ),
          say(
            'geen rangorde of aanwezigheid, geen groepen onder de vijf, detectoren alleen na instemming',
            'no ranking or presence, no groups under five, detectors only after consent',
          ),
        ],
        [
          say('Een behandelaar misbruikt zijn inzage', 'A reviewer misuses what they see'),
          say(
            'elke blik in het logboek, dezelfde detectoren op behandelaars, belangenconflict wordt geweigerd',
            'every look is logged, the same detectors on reviewers, conflicts of interest are refused',
          ),
        ],
        [
          say('Gegevens lekken uit het systeem', 'Data leak from the system'),
          say(
            'kenmerken in plaats van identiteiten, verzegelde kluis, korte termijnen, verplicht wissen',
            'tokens in place of identities, sealed vault, short periods, compulsory erasure',
          ),
        ],
        [
          say('Iets blijft ongezien', 'Something goes unseen'),
          say(
            'bewijs van dekking, steekproeven met interval, gaten in de logging als melding',
            'proof of coverage, samples with an interval, holes in the logs as alerts',
          ),
        ],
      ],
    },
    h(say('4. Rechten van betrokkenen', '4. Rights of data subjects')),
    list(
      say(
        'Inwoner: overzicht van wie op welke dag uit welk systeem keek, zonder namen van medewerkers.',
        'Resident: an extract of looks per day and system, without names of staff.',
      ),
      say(
        'Medewerker: inzage in eigen gegevens en uitkomst, reactie en verklaring in het dossier, bericht na een gerichte controle.',
        'Official: access to own data and outcome, answer and statement on file, word after a watch.',
      ),
    ),
    h(say('5. Advies en besluit', '5. Advice and decision')),
    list(
      `${say('Advies FG', 'Advice of the data protection officer')}: ${open}`,
      `${say('Standpunt ondernemingsraad', 'View of the works council')}: ${open}`,
      `${say('Restrisico en besluit', 'Residual risk and decision')}: ${open}`,
    ),
    p(
      say(
        'Herzie deze DPIA bij elke nieuwe bron, detector of versie.',
        'Review this DPIA with every new source, detector or version.',
      ),
    ),
  ];
}
