import type { Typology } from '../../domain/typology.ts';

type Words = { nl: string; en: string };

const say = (nl: string, en: string): Words => ({ nl, en });

/** What an alert is called and what may innocently lie behind it; it accuses nobody. */
export const TYPOLOGY_WORDS: Record<Typology, { title: Words; innocent: Words }> = {
  relative: {
    title: say('Familielid opgezocht', 'Relative looked up'),
    innocent: say(
      'een naamgenoot, of een familielid dat klant is van het team',
      'a namesake, or a relative who is a client of the team',
    ),
  },
  'ex-partner': {
    title: say('Ex-partner opgezocht', 'Former partner looked up'),
    innocent: say(
      'een dossier van een gezamenlijk kind, of werk dat te laat is overgedragen',
      'a file of a shared child, or work that was handed over late',
    ),
  },
  self: {
    title: say('Eigen gegevens opgezocht', 'Own data looked up'),
    innocent: say(
      'een oefening, of controle van een eigen aanvraag',
      'training, or a check of an own request',
    ),
  },
  housemate: {
    title: say('Huisgenoot opgezocht', 'Housemate looked up'),
    innocent: say(
      'een studentenhuis, of een late adreswijziging',
      'a student house, or a late change of address',
    ),
  },
  neighbour: {
    title: say('Buren opgezocht', 'Neighbours looked up'),
    innocent: say(
      'een team dat in de eigen wijk werkt, of toeval',
      'a team that works in its own district, or chance',
    ),
  },
  colleague: {
    title: say('Collega opgezocht', 'Colleague looked up'),
    innocent: say(
      'een taak van personeelszaken, of een collega met een zaak als inwoner',
      'a personnel task, or a colleague with a case as a resident',
    ),
  },
  celebrity: {
    title: say('Bekend persoon opgezocht', 'Well-known person looked up'),
    innocent: say('een gewone aanvraag van die persoon', 'an ordinary request of that person'),
  },
  'protected-person': {
    title: say('Beschermd persoon opgezocht', 'Protected person looked up'),
    innocent: say(
      'behandeling van het geheimhoudingsverzoek',
      'handling of the request for secrecy',
    ),
  },
  'subject-burst': {
    title: say('Veel medewerkers bij één persoon', 'Many officials at one person'),
    innocent: say('een crisisteam of een incident', 'a crisis team or an incident'),
  },
  'unusual-volume': {
    title: say('Ongewoon veel raadplegingen', 'Unusually many lookups'),
    innocent: say(
      'een mailing, een migratie, een nieuwe taak of vervanging van een collega',
      'a mailing, a migration, a new task or standing in for a colleague',
    ),
  },
  'bulk-export': {
    title: say('Grote export of afdruk', 'Large export or print'),
    innocent: say(
      'een opgedragen rapportage, mailing of stempassen',
      'a mandated report, a mailing or poll cards',
    ),
  },
  'no-case': {
    title: say('Raadplegingen zonder zaak', 'Lookups without a case'),
    innocent: say(
      'werk aan de balie, of een verkeerd gekozen persoon',
      'counter work, or a person picked by mistake',
    ),
  },
  'case-mismatch': {
    title: say('Zaaknummer hoort niet bij de persoon', 'Case number of someone else'),
    innocent: say(
      'een typefout, of de wederpartij in een zaak',
      'a typing error, or the other party in a case',
    ),
  },
  'repeated-subject': {
    title: say('Steeds dezelfde persoon', 'The same person again and again'),
    innocent: say('een vaste regiehouder', 'a permanent case coordinator'),
  },
  enumeration: {
    title: say('Reeks opeenvolgende zoekvragen', 'Run of consecutive searches'),
    innocent: say(
      'een straatcontrole of een project voor gegevenskwaliteit',
      'a street inspection or a data-quality project',
    ),
  },
  'address-targeting': {
    title: say('Gericht zoeken naar adressen', 'Searches aimed at addresses'),
    innocent: say('adresonderzoek of parkeervergunningen', 'address checks or parking permits'),
  },
  'out-of-area': {
    title: say('Personen van buiten de gemeente', 'Persons from elsewhere'),
    innocent: say(
      'nieuwkomers, schuldenaren of jeugdzorg elders',
      'newcomers, debtors or youth care elsewhere',
    ),
  },
  'out-of-hours': {
    title: say('Buiten kantoortijd', 'Out of office hours'),
    innocent: say(
      'piket, een avondbalie of verkiezingen',
      'standby, an evening counter or elections',
    ),
  },
  'on-leave': {
    title: say('Tijdens afwezigheid', 'During absence'),
    innocent: say('een oproep tijdens verlof', 'being called in'),
  },
  'expired-role': {
    title: say('Na het einde van de functie', 'After the role ended'),
    innocent: say('een lopende overdracht', 'a handover that was still running'),
  },
  'search-fishing': {
    title: say('Zoeken zonder gericht doel', 'Searching without a clear target'),
    innocent: say('werk aan de balie', 'counter work'),
  },
  'dormant-subject': {
    title: say('Persoon zonder recent werk', 'Person without recent work'),
    innocent: say(
      'een terugkerende klant, een oude schuld of een nalatenschap',
      'a returning client, an old debt or an estate',
    ),
  },
  'emergency-overuse': {
    title: say('Vaak noodtoegang gebruikt', 'Emergency access used often'),
    innocent: say(
      'een slecht gevulde werklijst of een crisisdienst',
      'a badly filled work list or a crisis service',
    ),
  },
  'denied-probing': {
    title: say('Veel geweigerde verzoeken', 'Many refused requests'),
    innocent: say('een verkeerde rol of een kapotte koppeling', 'a wrong role or a broken link'),
  },
  'shared-account': {
    title: say('Account op meer apparaten tegelijk', 'Account on several devices at once'),
    innocent: say(
      'een terminalserver, een kiosk of een systeemtaak',
      'a terminal server, a kiosk or a system job',
    ),
  },
  'novel-access': {
    title: say('Nieuw soort toegang', 'New kind of access'),
    innocent: say('een nieuwe taak', 'a new task'),
  },
  'combined-risk': {
    title: say('Zwakke signalen die samenkomen', 'Weak signals that come together'),
    innocent: say('één oorzaak die dubbel is geteld', 'one cause that was counted twice'),
  },
  'log-gap': {
    title: say('Ontbrekende logregels', 'Missing log lines'),
    innocent: say(
      'een herstart van de bron; niemand wordt hier iets verweten',
      'a restart of the source; nobody is at fault here',
    ),
  },
  'source-silent': {
    title: say('Bron levert niets', 'Source delivers nothing'),
    innocent: say('een feestdag of onderhoud', 'a holiday or maintenance'),
  },
  'clock-skew': {
    title: say('Klok van de bron wijkt af', 'Clock of the source differs'),
    innocent: say('de overgang van zomer- of wintertijd', 'a change to or from summer time'),
  },
};
