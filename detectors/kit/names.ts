// The typologies in the words of a reader.
import type { Typology } from '../../domain/typology.ts';
import type { Words } from './words.ts';

const NAMES: Partial<Record<Typology, Words>> = {
  relative: { nl: 'familielid', en: 'relative' },
  'ex-partner': { nl: 'ex-partner', en: 'former partner' },
  self: { nl: 'eigen gegevens', en: 'own record' },
  housemate: { nl: 'huisgenoot', en: 'housemate' },
  neighbour: { nl: 'buren', en: 'neighbours' },
  colleague: { nl: 'collega', en: 'colleague' },
  celebrity: { nl: 'aandachtslijst', en: 'watchlist' },
  'protected-person': { nl: 'afgeschermde persoon', en: 'protected person' },
  'subject-burst': { nl: 'veel medewerkers op één persoon', en: 'many officials on one person' },
  'unusual-volume': { nl: 'veel personen op een dag', en: 'many persons in a day' },
  'bulk-export': { nl: 'grote uitvoer', en: 'large export' },
  'no-case': { nl: 'raadplegingen zonder werk', en: 'lookups without work' },
  'case-mismatch': { nl: 'zaaknummer dat niet past', en: 'case number that does not fit' },
  'repeated-subject': { nl: 'steeds dezelfde persoon', en: 'the same person again' },
  enumeration: { nl: 'personen op een rij', en: 'persons in a row' },
  'address-targeting': { nl: 'zoeken op adres of kenteken', en: 'lookups by address or plate' },
  'out-of-area': { nl: 'personen buiten de gemeente', en: 'persons elsewhere' },
  'out-of-hours': { nl: 'buiten de gebruikelijke uren', en: 'outside the usual hours' },
  'on-leave': { nl: 'tijdens verlof', en: 'during leave' },
  'expired-role': { nl: 'na het einde van de functie', en: 'after the role ended' },
  'search-fishing': { nl: 'ongericht zoeken', en: 'searches at random' },
  'dormant-subject': { nl: 'stil dossier', en: 'quiet file' },
  'emergency-overuse': { nl: 'noodtoegang', en: 'emergency access' },
  'denied-probing': { nl: 'geweigerde verzoeken', en: 'refused requests' },
  'shared-account': { nl: 'account op twee plekken', en: 'account in two places' },
  'novel-access': { nl: 'eerste gebruik', en: 'first use' },
  'combined-risk': { nl: 'zwakke signalen samen', en: 'weak signals together' },
};

/** A typology in both languages. */
export const namesOf = (typology: Typology): Words =>
  NAMES[typology] ?? { nl: typology, en: typology };
