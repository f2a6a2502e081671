import type { Reason } from '../domain/signal.ts';
import { addressTargeting } from './address-targeting.ts';
import { bulkExport } from './bulk-export.ts';
import { caseMismatch } from './case-mismatch.ts';
import { celebrity } from './celebrity.ts';
import { colleague } from './colleague.ts';
import { combinedRisk } from './combined-risk.ts';
import { deniedProbing } from './denied-probing.ts';
import type { Detector, ReasonTemplate } from './detector.ts';
import { dormantSubject } from './dormant-subject.ts';
import { emergencyOveruse } from './emergency-overuse.ts';
import { enumeration } from './enumeration.ts';
import { exPartner } from './ex-partner.ts';
import { expiredRole } from './expired-role.ts';
import { housemate } from './housemate.ts';
import { neighbour } from './neighbour.ts';
import { noCase } from './no-case.ts';
import { novelAccess } from './novel-access.ts';
import { onLeave } from './on-leave.ts';
import { outOfArea } from './out-of-area.ts';
import { outOfHours } from './out-of-hours.ts';
import { protectedPerson } from './protected-person.ts';
import { relative } from './relative.ts';
import { repeatedSubject } from './repeated-subject.ts';
import { searchFishing } from './search-fishing.ts';
import { self } from './self.ts';
import { sharedAccount } from './shared-account.ts';
import { SOURCE_DETECTORS } from './sources/judge-sources.ts';
import { subjectBurst } from './subject-burst.ts';
import { unusualVolume } from './unusual-volume.ts';

/** Detectors by id; two of one id are refused, because signals and settings would mix. */
export function indexById(detectors: readonly Detector[]): Map<string, Detector> {
  const byId = new Map<string, Detector>();
  for (const detector of detectors) {
    if (byId.has(detector.meta.id)) throw new Error(`detector declared twice: ${detector.meta.id}`);
    byId.set(detector.meta.id, detector);
  }
  return byId;
}

/** Every detector of the product, in the order in which the register lists them. */
export const DETECTORS: readonly Detector[] = [
  self,
  relative,
  exPartner,
  housemate,
  neighbour,
  colleague,
  celebrity,
  protectedPerson,
  unusualVolume,
  subjectBurst,
  bulkExport,
  noCase,
  caseMismatch,
  repeatedSubject,
  enumeration,
  addressTargeting,
  outOfArea,
  outOfHours,
  onLeave,
  expiredRole,
  searchFishing,
  dormantSubject,
  emergencyOveruse,
  deniedProbing,
  sharedAccount,
  novelAccess,
  combinedRisk,
];

const byId = indexById(DETECTORS);
const templates = new Map(
  [...DETECTORS, ...SOURCE_DETECTORS].flatMap((d) =>
    d.reasons.map((r) => [`${d.meta.id}/${r.code}`, r] as const),
  ),
);

export const detectorById = (id: string): Detector | null => byId.get(id) ?? null;
export const reasonTemplate = (detector: string, code: string): ReasonTemplate | null =>
  templates.get(`${detector}/${code}`) ?? null;

type Language = 'nl' | 'en';
const LOCALES = { nl: 'nl-NL', en: 'en-GB' };
const formats = (language: Language) => ({
  // Below one the leading digits matter (0.02), above a hundred no decimal does.
  small: new Intl.NumberFormat(LOCALES[language], { maximumSignificantDigits: 2 }),
  middle: new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: 1 }),
  large: new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: 0 }),
});
const NUMBERS = { nl: formats('nl'), en: formats('en') };

function inNumbers(value: number, language: Language): string {
  const size = Math.abs(value);
  const { small, middle, large } = NUMBERS[language];
  return (size < 1 ? small : size < 100 ? middle : large).format(value);
}

// `{days}` is a value; `{days|day|days}` a number with its noun, singular first.
const PLACEHOLDER = /\{(\w+)(?:\|([^|}]+)\|([^|}]+))?\}/g;

const OPTIONAL = /\[\[(.*?)\]\]/g;

/** Fills `{observed}`, `{expected}` and the params into a template; numbers as the language writes them. */
export function fillTemplate(template: ReasonTemplate, reason: Reason, language: Language): string {
  const values = { ...reason.params, observed: reason.observed, expected: reason.expected };
  const fill = (placeholder: string, name: keyof typeof values, one?: string, many?: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`reason ${reason.code} lacks ${placeholder}`);
    if (value === null) return language === 'nl' ? 'onbekend' : 'unknown';
    if (typeof value === 'string') return value;
    if (typeof value === 'object') return value[language];
    const number = inNumbers(value, language);
    return one === undefined ? number : `${number} ${value === 1 ? one : many}`;
  };
  // A part in double brackets is said only when all its values are known.
  const known = template.text[language].replace(OPTIONAL, (_, part: string) =>
    [...part.matchAll(PLACEHOLDER)].every(([, name]) => values[name as keyof typeof values] != null)
      ? part
      : '',
  );
  return known.replace(PLACEHOLDER, fill);
}

/** A reason in both languages. */
export function renderReason(reason: Reason): { nl: string; en: string } {
  const template = reasonTemplate(reason.detector, reason.code);
  if (template === null) throw new Error(`no template for ${reason.detector}/${reason.code}`);
  return {
    nl: fillTemplate(template, reason, 'nl'),
    en: fillTemplate(template, reason, 'en'),
  };
}
