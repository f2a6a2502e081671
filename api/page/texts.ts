import type { Language, Words } from './words.ts';

/** Every fixed sentence of the page. `{name}` places are filled by `fill`. */
const TEXTS = {
  product: { nl: 'Inzagewacht', en: 'Inzagewacht' },
  tagline: {
    nl: 'Toezicht op inzage in persoonsgegevens',
    en: 'Oversight of access to personal data',
  },
  skip: { nl: 'Naar de inhoud', en: 'Skip to content' },
  otherLanguage: { nl: 'English', en: 'Nederlands' },
  refresh: { nl: 'Vernieuwen', en: 'Refresh' },
  navigation: { nl: 'Hoofdmenu', en: 'Main menu' },
  alerts: { nl: 'Signalen', en: 'Alerts' },
  noticeTitle: { nl: 'Een signaal is geen oordeel', en: 'An alert is not a verdict' },
  notice: {
    nl: 'Een signaal zegt alleen dat er bij een raadpleging geen verklaring is gevonden in de gegevens die zijn aangeleverd. Het beschuldigt niemand. Vraag eerst welk werk erachter kan zitten.',
    en: 'An alert only says that the data delivered does not explain a lookup. It accuses nobody. First ask which work may lie behind it.',
  },
  reading: { nl: 'Wat er gelezen is', en: 'What was read' },
  running: { nl: 'Verwerking actief', en: 'Processing is running' },
  stopped: { nl: 'Verwerking gestopt', en: 'Processing has stopped' },
  state: { nl: 'Stand', en: 'State' },
  events: { nl: 'Gebeurtenissen', en: 'Events' },
  perSecond: { nl: 'Per seconde', en: 'Per second' },
  duplicates: { nl: 'Dubbele regels', en: 'Duplicates' },
  deadLetters: { nl: 'Onbruikbare regels', en: 'Dead letters' },
  budget: { nl: 'Signaalbudget', en: 'Alert budget' },
  budgetValue: {
    nl: '{budget} per 1.000 per dag',
    en: '{budget} per 1,000 a day',
  },
  coverageTitle: { nl: 'Hoeveel is verklaard', en: 'How much is explained' },
  coverageCaption: {
    nl: 'Raadplegingen per bronsysteem, en welk deel bij bekend werk hoort',
    en: 'Lookups per source system, and which share belongs to known work',
  },
  system: { nl: 'Bronsysteem', en: 'Source system' },
  lookups: { nl: 'Raadplegingen', en: 'Lookups' },
  direct: { nl: 'Eigen werk', en: 'Own work' },
  withTeam: { nl: 'Samen met werk van het team', en: 'Including work of the team' },
  cannotJudge: { nl: 'Niet te beoordelen', en: 'Cannot be judged' },
  coverageHelp: {
    nl: 'Daalt een deel plotseling, kijk dan eerst of de levering van zaken en afspraken nog klopt.',
    en: 'When a share falls suddenly, first check whether cases and appointments are still delivered.',
  },
  listTitle: { nl: 'Te beoordelen, sterkste eerst', en: 'To be reviewed, strongest first' },
  range: {
    nl: 'Signaal {from} tot en met {to} van {total}',
    en: 'Alerts {from} to {to} of {total}',
  },
  score: { nl: 'Score', en: 'Score' },
  outOf: { nl: '{score} van 100', en: '{score} out of 100' },
  severity: { nl: 'Ernst', en: 'Severity' },
  official: { nl: 'Medewerker', en: 'Official' },
  unknownOfficial: { nl: 'onbekend', en: 'unknown' },
  persons: { nl: 'Personen', en: 'Persons' },
  period: { nl: 'Periode', en: 'Period' },
  first: { nl: 'Eerste raadpleging', en: 'First lookup' },
  last: { nl: 'Laatste raadpleging', en: 'Last lookup' },
  opened: { nl: 'Signaal sinds', en: 'Alert since' },
  explanation: { nl: 'Verklaring', en: 'Explanation' },
  until: { nl: 'tot', en: 'to' },
  emptyTitle: { nl: 'Geen signalen', en: 'No alerts' },
  emptyNothingRead: {
    nl: 'Er zijn nog geen gebeurtenissen gelezen. Start het programma met npm start voor een voorbeeld, of met npm start -- --events PAD --reference MAP voor eigen logbestanden, en vernieuw daarna deze pagina.',
    en: 'No events have been read yet. Start the program with npm start for an example, or with npm start -- --events PATH --reference DIR for your own logs, and then refresh this page.',
  },
  emptyQuiet: {
    nl: 'In {events} gelezen gebeurtenissen is niets gevonden dat een signaal vraagt. Controleer of elke bron is geleverd en hoeveel niet te beoordelen was: een rustige dag en een stilgevallen bron zijn niet hetzelfde.',
    en: 'In {events} events nothing was found that calls for an alert. Check that every source was delivered and how much could not be judged: a quiet day and a silent source are not the same.',
  },
  pages: { nl: 'Bladeren', en: 'Pages' },
  previous: { nl: 'Vorige signalen', en: 'Previous alerts' },
  next: { nl: 'Volgende signalen', en: 'Next alerts' },
  back: { nl: 'Terug naar alle signalen', en: 'Back to all alerts' },
  why: { nl: 'Waarom dit signaal', en: 'Why this alert' },
  numbers: { nl: 'De getallen', en: 'The numbers' },
  numbersCaption: {
    nl: 'Wat is gezien en waarmee het is vergeleken',
    en: 'What was seen and what it was compared with',
  },
  detector: { nl: 'Detector', en: 'Detector' },
  observed: { nl: 'Gezien', en: 'Observed' },
  expected: { nl: 'Verwacht', en: 'Expected' },
  compared: { nl: 'Vergeleken met', en: 'Compared with' },
  noExpected: { nl: 'niet van toepassing', en: 'not applicable' },
  mayExplain: { nl: 'Wat dit kan verklaren', en: 'What may explain this' },
  usualInnocent: { nl: 'Vaak zit hierachter: {innocent}.', en: 'Often behind it: {innocent}.' },
  checkCase: {
    nl: 'Een zaak, afspraak of werkopdracht die nog niet was aangeleverd: vraag de leidinggevende of het team ernaar.',
    en: 'A case, appointment or mandate that had not been delivered yet: ask the head or the team.',
  },
  checkDelivery: {
    nl: 'Een levering die niet compleet is: kijk of het deel verklaarde raadplegingen van dit bronsysteem gewoon is.',
    en: 'A delivery that is not complete: check whether the share of explained lookups of this source is usual.',
  },
  personsTitle: { nl: 'Opgezochte personen', en: 'Persons looked up' },
  morePersons: { nl: 'en nog {count}', en: 'and {count} more' },
  tokensHelp: {
    nl: 'Medewerkers en personen staan hier onder een pseudoniem.',
    en: 'Officials and persons are shown by a pseudonym.',
  },
  sourceTitle: { nl: 'Herkomst', en: 'Where it comes from' },
  eventCount: { nl: 'Aantal gebeurtenissen', en: 'Number of events' },
  showEvents: { nl: 'Toon {count} kenmerken van gebeurtenissen', en: 'Show {count} event ids' },
  configVersion: { nl: 'Versie van de instellingen', en: 'Version of the settings' },
  referenceVersion: { nl: 'Versie van de referentiegegevens', en: 'Version of the reference data' },
  alertId: { nl: 'Kenmerk van het signaal', en: 'Id of the alert' },
  notFoundTitle: { nl: 'Niet gevonden', en: 'Not found' },
  notFound: {
    nl: 'Deze pagina bestaat niet. Een signaal kan zijn vervallen omdat er alsnog een verklaring is gevonden.',
    en: 'This page does not exist. An alert may be gone because an explanation was found after all.',
  },
  timeZone: {
    nl: 'Tijden zijn Nederlandse tijd.',
    en: 'Times are local time in the Netherlands.',
  },
  noScripts: {
    nl: 'Deze pagina ververst niet vanzelf.',
    en: 'This page does not refresh by itself.',
  },
} as const satisfies Record<string, Words>;

export type TextKey = keyof typeof TEXTS;
export type Texts = (key: TextKey, values?: Record<string, string | number>) => string;

/** The sentences of one language. */
export const textsOf =
  (lang: Language): Texts =>
  (key, values = {}) =>
    TEXTS[key][lang].replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));

const UNITS: Record<string, Words> = {
  lookups: { nl: 'raadplegingen', en: 'lookups' },
  persons: { nl: 'personen', en: 'persons' },
  officials: { nl: 'medewerkers', en: 'officials' },
  days: { nl: 'dagen', en: 'days' },
};
const COMPARED: Record<string, Words> = {
  chance: { nl: 'toeval', en: 'chance' },
  'own-past': { nl: 'eigen verleden', en: 'own past' },
  'own-record': { nl: 'eigen gegevens', en: 'own record' },
  peers: { nl: 'vergelijkbare collega’s', en: 'comparable colleagues' },
};

/** A detector may use a word that the page does not know yet: it is shown as it is. */
export const unitIn = (unit: string, lang: Language): string => UNITS[unit]?.[lang] ?? unit;
export const comparedIn = (word: string, lang: Language): string => COMPARED[word]?.[lang] ?? word;
