import type { Language } from '../../domain/document.ts';
import { isoDay, localDay } from '../../domain/time.ts';

export type Say = (nl: string, en: string) => string;
export const sayIn =
  (language: Language): Say =>
  (nl, en) =>
    language === 'nl' ? nl : en;

/** A count as shown: what is too small says so. */
export const inCount = (count: number | null, language: Language): string =>
  count === null
    ? sayIn(language)('niet getoond', 'not shown')
    : count.toLocaleString(language === 'nl' ? 'nl-NL' : 'en-GB');
export const inShare = (part: number, whole: number, language: Language): string =>
  whole === 0
    ? sayIn(language)('geen', 'none')
    : `${((100 * part) / whole).toLocaleString(language === 'nl' ? 'nl-NL' : 'en-GB', { maximumFractionDigits: 1 })} %`;
export const inDay = (at: number): string => isoDay(localDay(at));

type Words = Record<string, readonly [nl: string, en: string]>;
/** Words of closed lists as a report says them. */
const WORDS: Words = {
  new: ['nieuw', 'new'],
  'in-review': ['in behandeling', 'in review'],
  explained: ['verklaard', 'explained'],
  'work-practice': ['werkwijze', 'work practice'],
  'detector-error': ['fout van een detector', 'error of a detector'],
  suspicion: ['onderzoek', 'inquiry'],
  'erased-cleared': ['gewist: zonder gevolg', 'erased: came to nothing'],
  'erased-open': ['gewist: niet beslist', 'erased: undecided'],
  'erased-confirmed': ['gewist: onderzoek', 'erased: inquiry'],
  inconclusive: ['niet te beoordelen', 'inconclusive'],
  'legitimate-work': ['terecht', 'legitimate work'],
  'authorisation-fault': ['fout in de autorisatie', 'fault in authorisations'],
  careless: ['onzorgvuldig', 'careless'],
  'misuse-viewed': ['misbruik: ingezien', 'misuse: viewed'],
  'misuse-shared': ['misbruik: doorgegeven', 'misuse: shared'],
  'misuse-paid-or-pressed': ['misbruik: betaald of onder druk', 'misuse: paid or pressed'],
  discontinued: ['gestaakt', 'discontinued'],
  'looked-up-without-work': ['opgezocht zonder taak', 'looked up without work'],
  'passed-on': ['doorgegeven', 'passed on'],
  sold: ['verkocht', 'sold'],
  'mis-sent': ['verkeerd verzonden', 'sent to the wrong person'],
  'lost-or-stolen': ['verloren of gestolen', 'lost or stolen'],
  'published-by-mistake': ['per ongeluk gepubliceerd', 'published by mistake'],
  other: ['anders', 'other'],
  unknown: ['nog niet vastgesteld', 'not established yet'],
  'actor-unknown': ['medewerker onbekend', 'official unknown'],
  'person-unknown': ['persoon onbekend', 'person unknown'],
  'service-account': ['systeemaccount', 'service account'],
  late: ['te laat ontvangen', 'received too late'],
  'not-read-yet': ['nog niet beoordeeld', 'not judged yet'],
  'no-reference-data': ['geen referentiegegevens', 'no reference data'],
  'no-consent': ['geen instemming', 'no consent'],
  'version-not-agreed': ['versie zonder instemming', 'version without consent'],
  'not-its-kind': ['niet van toepassing', 'not applicable'],
  event: ['raadplegingen', 'lookups'],
  'raw-line': ['oorspronkelijke regels', 'original lines'],
  signal: ['signalen', 'signals'],
  alert: ['meldingen', 'alerts'],
  case: ['zaken', 'cases'],
  reveal: ['onthullingen', 'reveals'],
  sample: ['steekproeven', 'samples'],
  breach: ['datalekdossiers', 'breach files'],
  'review-log': ['logboek van behandelaars', 'review log'],
  'dead-letter': ['onleesbare regels', 'unreadable lines'],
  snapshot: ['tussenstanden', 'snapshots'],
  watch: ['gerichte controles', 'watches'],
  identity: ['identiteiten', 'identities'],
  breach_task: ['datalek', 'breach'],
  'tell-watched-official': ['medewerker achteraf informeren', 'tell the official afterwards'],
  'hearing-unanswered': ['vraag zonder antwoord', 'question without an answer'],
  'closing-undecided': ['voorstel tot sluiten', 'proposal to close'],
};
/** A word of a closed list in the language of the report; one that is not here says itself. */
export const wordOf = (code: string, language: Language): string =>
  WORDS[code]?.[language === 'nl' ? 0 : 1] ?? code;
